"""Live sockets: the base that rooms subclass, the hub behind them, and what other rooms may ask of it.

A room's `consumers.py` subclasses LiveConsumer and lists its addresses: `routes = [route("projects", ProjectSocket)]`.
"""

from .admitting import Room
from .consumer import LiveConsumer
from .process import EVERYONE, announce, hub, recheck, tell
from .route import route

__all__ = ["EVERYONE", "LiveConsumer", "Room", "announce", "hub", "recheck", "route", "tell"]
