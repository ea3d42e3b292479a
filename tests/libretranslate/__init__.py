"""A real LibreTranslate on loopback with hand-made glossary models: tests the way to it, never quality."""
