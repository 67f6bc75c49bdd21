"""The API of homes."""

from .buildings import BuildingViewSet, UnitViewSet
from .households import HouseholdViewSet
from .occupancies import OccupancyViewSet

__all__ = ["BuildingViewSet", "HouseholdViewSet", "OccupancyViewSet", "UnitViewSet"]
