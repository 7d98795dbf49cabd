"""Words, keys and seals, protocol.md sections 2-3. Only `unseal` decrypts; the server may not import it."""
