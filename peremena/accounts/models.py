"""An account: a name and a password. Roles come from the roster; only administrator and operator are granted (school.Grant)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from peremena.audit.acts import audited


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        """A new account; IntegrityError when the name is taken. Must be called inside an audit act."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


@audited()
class User(AbstractBaseUser):
    username = models.CharField("имя для входа", max_length=150, unique=True)
    is_active = models.BooleanField("вход открыт", default=True)
    created_at = models.DateTimeField("создана", auto_now_add=True)

    objects = UserManager()
    USERNAME_FIELD = "username"

    class Meta:
        verbose_name = "учётная запись"
        verbose_name_plural = "учётные записи"
