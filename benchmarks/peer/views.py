"""The claim: token look-up, conditional UPDATE, claim row, event row. No caps, no rule against dealing with oneself, no scopes."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from zengyi.core.models import Event
from zengyi.orders.models import Claim, Order


class OrderSerializer(serializers.ModelSerializer):  # type: ignore[misc]
    """An order as it is answered."""

    class Meta:
        model = Order
        fields = (
            "id",
            "community",
            "kind",
            "category",
            "state",
            "outcome",
            "title",
            "text",
            "place",
            "spot",
            "urgency",
            "difficulty",
            "places",
            "taken",
            "due_at",
            "placed_at",
            "delivered_at",
            "ended_at",
        )


class ClaimView(APIView):  # type: ignore[misc]
    """``POST /orders/{order_id}/claim``."""

    def post(self, request: Request, order_id: int) -> Response:
        """Claim it, or say that somebody was faster."""
        user: Any = request.user
        member, now = user.person.member, timezone.now()
        open_ones = Order.objects.filter(pk=order_id, community_id=member.community_id, state__in=("PUBLISHED", "CLAIMED"))
        with transaction.atomic():
            if not open_ones.filter(taken__lt=F("places")).update(state="CLAIMED", taken=F("taken") + 1, claimed_at=now):
                return Response({"detail": "somebody was faster"}, status=status.HTTP_409_CONFLICT)
            claim = Claim.objects.create(
                order_id=order_id,
                community_id=member.community_id,
                member=member,
                state="ACTIVE",
                by=user,
                claimed_at=now,
                lease_until=now + timedelta(days=3),
            )
            Event.objects.create(
                at=now,
                user=user,
                role="member",
                via="api",
                community_id=member.community_id,
                verb="claim",
                object_type="order",
                object_id=order_id,
                before={"state": "PUBLISHED"},
                after={"state": "CLAIMED", "claim": claim.pk, "places": 1},
            )
            order = Order.objects.get(pk=order_id)
        return Response(OrderSerializer(order).data)
