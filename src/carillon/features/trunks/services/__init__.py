"""Writes of trunks to carriers, and of the routes over them (the operator does them)."""

from carillon.features.trunks.services.routes import change_route, create_route, delete_route
from carillon.features.trunks.services.trunks import (
    TrunkAddress,
    TrunkDetails,
    change_trunk,
    create_trunk,
    delete_trunk,
)

__all__ = [
    "TrunkAddress",
    "TrunkDetails",
    "change_route",
    "change_trunk",
    "create_route",
    "create_trunk",
    "delete_route",
    "delete_trunk",
]
