"""The conversation engine: pure functions over data; standard library only."""
