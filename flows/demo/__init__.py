"""The demo: invented grants and reports of all 33 bodies, what becomes of them, and what the ministry decides."""
