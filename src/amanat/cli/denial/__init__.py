"""An insider with root against a live server, and who notices: the parts of `amanat denial-test`."""
