"""The messenger's addresses, the same under web.vk.me, vk.me and the own names."""

from __future__ import annotations

from django.urls import path, re_path

from vk_sandbox.messenger_pages import chat, chats, entry, join
from vk_sandbox.pages.views import messenger_style

urlpatterns = [
    path("messenger/", chats.chats, name="messenger"),
    path("messenger/enter", entry.enter, name="enter"),
    path("messenger/leave", entry.leave, name="leave"),
    # No longer than what a number of ours can be.
    re_path(r"^messenger/convo/(?P<peer>-?[0-9]{1,18})$", chat.convo, name="convo"),
    re_path(r"^messenger/chat/(?P<owner>-?[0-9]{1,18})_(?P<number>[0-9]{1,18})$", chat.chat),
    path("join/<str:word>", join.join),
    path("messenger.css", messenger_style),
]
