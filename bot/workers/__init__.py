"""The loops beside the conversation: they deliver, fetch, translate and erase."""
