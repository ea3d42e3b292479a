"""Programs are killed and everything around them fails; afterwards nothing is lost, doubled or out of order."""
