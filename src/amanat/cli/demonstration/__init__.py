"""What `amanat demo` shows: invented people and reports, made through the actions and seals of real ones."""
