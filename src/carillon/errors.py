"""The root of every error the product expects; the edges turn them into words or a dialplan branch."""


class CarillonError(Exception):
    """An anticipated failure. Subclasses carry data, never prose for a reader."""
