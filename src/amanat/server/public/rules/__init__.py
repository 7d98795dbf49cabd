"""What is counted, what of it may be shown, and what a released file must be. Pure functions, without Django."""
