"""What `amanat demo` shows: invented people and reports, made through the same actions and seals as real ones."""
