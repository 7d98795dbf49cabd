"""Leaves, promises, receipts and their verification, protocol.md sections 4 and 5."""
