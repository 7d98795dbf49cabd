"""The public log, the public figures, and the page that releases them."""
