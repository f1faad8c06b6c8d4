"""django-cas-server in one process and in memory. The only argument is JSON: {"services": [URL], "users": {name: {password, attributes}}}."""
import json
import re
import sys
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from django.conf import settings

OPTIONS = json.loads(sys.argv[1])

settings.configure(
    SECRET_KEY="for-tests-only",
    ALLOWED_HOSTS=["127.0.0.1"],
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "cas_server",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.locale.LocaleMiddleware",
    ],
    TEMPLATES=[
        {
            "APP_DIRS": True,
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    ROOT_URLCONF="__main__",
    STATIC_URL="/static/",
    USE_TZ=True,
    CAS_AUTH_CLASS="__main__.ConfiguredUser",
    CAS_NEW_VERSION_HTML_WARNING=False,
)
django.setup()

from cas_server.auth import AuthUser  # noqa: E402
from cas_server.models import ReplaceAttributName, ServicePattern  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.urls import include, path  # noqa: E402

urlpatterns = [path("cas/", include("cas_server.urls", namespace="cas_server"))]


class ConfiguredUser(AuthUser):
    def test_password(self, password):
        return self.username in OPTIONS["users"] and OPTIONS["users"][self.username]["password"] == password

    def attributs(self):
        return OPTIONS["users"].get(self.username, {}).get("attributes", {})


class QuietHandler(WSGIRequestHandler):
    def log_message(self, *_):
        pass


call_command("migrate", verbosity=0)
for number, service in enumerate(OPTIONS["services"]):
    expression = re.escape(service).replace(r"\*", r"\d+")
    pattern = ServicePattern.objects.create(name=f"service {number}", pattern=f"^{expression}$", single_log_out=True)
    ReplaceAttributName.objects.create(name="*", service_pattern=pattern)

server = make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=QuietHandler)
print(f"port {server.server_port}", flush=True)
server.serve_forever()
