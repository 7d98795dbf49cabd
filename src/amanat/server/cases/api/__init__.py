"""What a worker's browser asks for and sends, as JSON with sealed bytes in base64."""
