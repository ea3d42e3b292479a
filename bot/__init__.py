"""Oudergesprek: a chat assistant for the talks between parents and a Dutch primary school."""
