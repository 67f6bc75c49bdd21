"""HTTP and sockets for ASGI servers."""

import os

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application
from django.utils.module_loading import import_string

from .finishing import Finishing

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
pages = Finishing(get_asgi_application())
sockets = import_string("activity.live.routing.websocket_application")
application = ProtocolTypeRouter({"http": pages, "websocket": sockets})
