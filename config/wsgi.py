"""The door for the web server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Threads that serve requests share connections; 8 threads by default and two to spare.
os.environ.setdefault("REDRESS_DATABASE_POOL", "10")

application = get_wsgi_application()

# Needs the applications that the line above has loaded.
from knowledgebase.library import warm_up  # noqa: E402

warm_up()
