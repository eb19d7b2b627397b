"""The demo: invented grants and reports of all 33 bodies, and two nights that show what becomes of them."""
