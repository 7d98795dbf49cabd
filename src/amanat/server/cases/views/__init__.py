"""The worker's pages: reports and case files. What is inside them is drawn by the worker's browser."""
