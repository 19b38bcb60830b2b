from django import template

from peremena.web.counting import grouped

register = template.Library()
register.filter("grouped", grouped)
