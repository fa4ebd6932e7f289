"""Deeds that are filed, with their postings and photos."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("bank", "0006_quarters"),
        ("people", "0003_opened_by"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="posting",
            name="kind",
            field=models.CharField(
                choices=[
                    ("TRIAGE", "登记困难"),
                    ("CONFIRM", "居民确认"),
                    ("BASE", "基础分入账"),
                    ("DEED", "做事加分"),
                    ("DEDUCT", "扣分"),
                    ("REVERSAL", "冲销"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="posting",
            name="reversed_kind",
            field=models.CharField(
                choices=[
                    ("TRIAGE", "登记困难"),
                    ("CONFIRM", "居民确认"),
                    ("BASE", "基础分入账"),
                    ("DEED", "做事加分"),
                    ("DEDUCT", "扣分"),
                    ("REVERSAL", "冲销"),
                ],
                db_default="",
                default="",
                help_text="of what it reverses, so that sums need not look it up",
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="Filing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.CharField(max_length=8)),
                (
                    "kind",
                    models.CharField(
                        choices=[("BASE", "基础分"), ("GAIN", "增值分"), ("DEDUCT", "扣分"), ("VETO", "一票否决")], max_length=8
                    ),
                ),
                ("name", models.CharField(help_text="the rule's, as it was then", max_length=60)),
                ("rule_from", models.DateField(help_text="since when the version holds")),
                ("quantity", models.PositiveSmallIntegerField()),
                ("asked", models.PositiveSmallIntegerField(help_text="points under the rule, before any cap")),
                ("worth", models.PositiveSmallIntegerField(help_text="points under the rule, no more than one activity may bring")),
                ("cap_quarter", models.PositiveSmallIntegerField(null=True)),
                ("cap_year", models.PositiveSmallIntegerField(null=True)),
                ("points", models.PositiveSmallIntegerField(default=0, help_text="that stand on the books now")),
                (
                    "short",
                    models.CharField(
                        choices=[
                            ("ACTIVITY", "超过一次活动的上限，多出的记 0 分"),
                            ("QUARTER", "超过本季上限，多出的记 0 分"),
                            ("YEAR", "超过全年上限，多出的记 0 分"),
                        ],
                        default="",
                        help_text="why it brought fewer than the rule says",
                        max_length=8,
                    ),
                ),
                ("occurred_on", models.DateField()),
                ("text", models.CharField(default="", max_length=500)),
                ("source", models.CharField(help_text="SELF, or what the package that recorded it calls it", max_length=12)),
                ("source_ref", models.CharField(max_length=60)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("SUBMITTED", "等人证明"),
                            ("ATTESTED", "等核准"),
                            ("POSTED", "已核准"),
                            ("REJECTED", "已退回"),
                            ("WITHDRAWN", "已撤回"),
                            ("DENIED", "本人说不是"),
                            ("REVERSED", "已冲销"),
                        ],
                        default="SUBMITTED",
                        max_length=10,
                    ),
                ),
                ("filed_at", models.DateTimeField()),
                ("attested_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("denied_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(default="", help_text="why it was sent back, withdrawn, denied or reversed", max_length=200)),
                (
                    "attested_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("community", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.place")),
                (
                    "decided_by",
                    models.ForeignKey(
                        help_text="approved it, or sent it back",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "filed_by",
                    models.ForeignKey(
                        help_text="nobody: recorded with its source",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("member", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.member")),
                (
                    "version",
                    models.ForeignKey(
                        help_text="nothing: the catalogue's",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="bank.ruleversion",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["community", "state", "-id"], name="filing_of_community"),
                    models.Index(fields=["member", "-id"], name="filing_of_member"),
                    models.Index(fields=["member", "rule", "occurred_on", "points"], name="filing_caps"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("REJECTED", "WITHDRAWN", "REVERSED")), _negated=True),
                        fields=("member", "source", "source_ref"),
                        name="one_deed_per_member",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("attested_by", None),
                            ("filed_by", None),
                            models.Q(("attested_by", models.F("filed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="attester_is_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            models.Q(
                                models.Q(
                                    ("filed_by", None), models.Q(("decided_by", models.F("filed_by")), _negated=True), _connector="OR"
                                ),
                                models.Q(
                                    ("attested_by", None), models.Q(("decided_by", models.F("attested_by")), _negated=True), _connector="OR"
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="approver_is_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("attested_at", None), ("attested_by", None)),
                            models.Q(("attested_at__isnull", False), ("attested_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="attestation_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decided_by", None)),
                            models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="filing_decision_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["ATTESTED", "POSTED"]), _negated=True),
                            ("attested_by__isnull", False),
                            models.Q(("filed_by__isnull", False), ("kind__in", ("DEDUCT", "VETO"))),
                            _connector="OR",
                        ),
                        name="attested_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("state", "POSTED"), _negated=True), ("decided_by__isnull", False), _connector="OR"),
                        name="approved_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("points", 0),
                            models.Q(("points__lte", models.F("worth")), ("state__in", ("POSTED", "DENIED"))),
                            _connector="OR",
                        ),
                        name="points_of_an_approved_deed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("state", "DENIED"), _negated=True), ("denied_at__isnull", False), _connector="OR"),
                        name="denial_dated",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FilingPhoto",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("width", models.PositiveSmallIntegerField()),
                ("height", models.PositiveSmallIntegerField()),
                ("size", models.PositiveIntegerField(help_text="bytes")),
                ("added_at", models.DateTimeField()),
                ("filing", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="photos", to="bank.filing")),
            ],
        ),
        migrations.CreateModel(
            name="FilingPosting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("filing", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="postings", to="bank.filing")),
                ("posting", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="filing_of", to="bank.posting")),
            ],
        ),
    ]
