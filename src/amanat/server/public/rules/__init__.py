"""What is counted, what of it is shown, and what a released file is. Pure functions, without Django."""
