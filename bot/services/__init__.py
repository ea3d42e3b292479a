"""Use cases, one file per subject. They take a session and plain values, ask the rules first, and never commit."""
