"""Who may ask for a person's VK ID, and what they were given."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from vk_sandbox.models.accounts import Account


class App(models.Model):
    """An application that was registered by a seed, or the stand-in's own messenger."""

    MESSENGER: ClassVar[str] = "messenger"  # no seed can name it: it is no number

    client_id = models.CharField(max_length=18, primary_key=True)  # a number, written as VK writes it
    name = models.CharField(max_length=200)
    secret = models.CharField(max_length=200, blank=True)
    redirect_uris = models.JSONField(default=list)  # whole addresses; nothing else is ever redirected to

    objects: ClassVar[models.Manager[App]] = models.Manager()

    @property
    def is_own(self) -> bool:
        """The stand-in's own pages need neither consent nor a code."""
        return self.client_id == self.MESSENGER

    def purpose(self) -> str:
        """What somebody chooses an account for."""
        return f"войти в {self.name}" if self.is_own else f"подключиться к {self.quoted()}"

    def quoted(self) -> str:
        """The name among other words; quotes of its own become inner ones."""
        return f"«{self.name.replace('«', '„').replace('»', '“')}»"


class Device(models.Model):
    """A browser. `session` is its cookie and known to it alone, `device_id` goes to applications, `people` are the VK IDs
    that signed in there, `account` is the profile last chosen there: the messenger is open for it, without a password."""

    id: int

    session = models.CharField(max_length=50, unique=True)
    device_id = models.CharField(max_length=50, unique=True)
    people: models.ManyToManyField[Account, models.Model] = models.ManyToManyField(Account, related_name="devices")
    account = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")  # null: nobody, or he went out

    objects: ClassVar[models.Manager[Device]] = models.Manager()


class Login(models.Model):
    """One consent of one profile to one application in one browser: a code, then tokens until it ends."""

    id: int
    app_id: str
    account_id: int

    app = models.ForeignKey(App, models.CASCADE)
    device = models.ForeignKey(Device, models.CASCADE)
    account = models.ForeignKey(Account, models.CASCADE)  # the chosen profile, VK ID or study
    scope = models.CharField(max_length=200)  # rights, words apart
    redirect_uri = models.CharField(max_length=2000)
    challenge = models.CharField(max_length=128)  # of PKCE, S256
    code = models.CharField(max_length=50, unique=True)
    code_ends = models.BigIntegerField()  # unix time, seconds
    exchanged = models.BooleanField(default=False)
    jti = models.CharField(max_length=50, unique=True)  # of its id_tokens
    ended = models.BooleanField(default=False)

    objects: ClassVar[models.Manager[Login]] = models.Manager()


class RefreshToken(models.Model):
    """Good for one exchange; a used one stays, to be recognised."""

    login = models.ForeignKey(Login, models.CASCADE)
    value = models.CharField(max_length=100, unique=True)
    ends = models.BigIntegerField()  # unix time, seconds
    used = models.BooleanField(default=False)

    objects: ClassVar[models.Manager[RefreshToken]] = models.Manager()
