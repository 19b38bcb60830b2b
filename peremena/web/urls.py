from django.urls import path

from peremena.web.views.chat import chat, chat_news
from peremena.web.views.chat_members import chat_member, chat_people
from peremena.web.views.plan import plan, start_run
from peremena.web.views.registry import registry
from peremena.web.views.runs import run
from peremena.web.views.start import start

urlpatterns = [
    path("", start, name="start"),
    path("registry/", registry, name="registry"),
    path("registry/<slug:key>/plan/", plan, name="plan"),
    path("registry/<slug:key>/runs/", start_run, name="start_run"),
    path("chats/<int:pk>/", chat, name="chat"),
    path("chats/<int:pk>/news/", chat_news, name="chat_news"),
    path("chats/<int:pk>/people/", chat_people, name="chat_people"),
    path("chats/<int:pk>/people/<int:person>/", chat_member, name="chat_member"),
    path("runs/<int:pk>/", run, name="run"),
]
