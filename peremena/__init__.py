"""Peremena keeps a school's messenger chats true to its roster."""
