"""What `amanat read` does behind its options: proposing, and printing."""
