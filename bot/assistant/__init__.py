"""What a person can say or tap, one file per subject; knows no messenger and no browser."""
