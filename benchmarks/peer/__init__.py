"""What a peer would write: the same claim in Django REST framework and the ORM, on the same tables."""
