"""Columns that keep a folded copy of another one, for searching and sorting (web/search.py)."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import models

from carillon.web.search import fold


class FoldedField(models.CharField):  # type: ignore[type-arg]
    """A folded copy of `source`, written whenever a row is saved or created in bulk; never edited by itself."""

    def __init__(self, *args: Any, source: str, **kwargs: Any) -> None:
        self.source = source
        kwargs.update(editable=False, blank=True, default="")
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Return what a migration needs to build the field again."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "source": self.source}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: FBT001 - Django's signature
        """Return the folded copy for the row that is being written."""
        del add
        value = fold(getattr(model_instance, self.source))[: self.max_length]
        setattr(model_instance, self.attname, value)
        return value


SomeModel = TypeVar("SomeModel", bound=models.Model)


class FoldingQuerySet(models.QuerySet[SomeModel]):  # a stub makes it generic
    """Rows whose folded columns follow an `update` too."""

    def update(self, **values: Any) -> int:
        """Write the values, and the folded copies of those that have one."""
        for found in self.model._meta.concrete_fields:  # noqa: SLF001 - Django's documented API
            if isinstance(found, FoldedField) and isinstance(values.get(found.source), str):
                values[found.attname] = fold(values[found.source])[: found.max_length]
        return super().update(**values)
