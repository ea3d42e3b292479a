"""The browser's doors: the parents' web chat, the staff's desk, the parents' dossier."""
