"""Tables of people and places. Every row but the place tree's upper part belongs to one community."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac

from zengyi.core.secrets import EncryptedTextField, blind_index
from zengyi.people import rules
from zengyi.people.rules import codes


def phone_index(phone: str) -> bytes | None:
    """The blind index of a phone number as anybody may type it; nothing when it is none."""
    return blind_index("phone", rules.normal_phone(phone))


def household_index(home_id: int | None, door: str) -> bytes | None:
    """The blind index of a household: building and door. Nothing when either is missing."""
    door = rules.normal_door(door)
    return blind_index("household", f"{home_id}:{door}") if home_id and door else None


class Place(models.Model):
    """A node of the place tree: district > subdistrict > community > estate > building; grids and named spots hang under a community.

    ``path`` is the chain of ids from the root, ``/1/4/9/``, this node's own included: a scope is a prefix.
    """

    kind = models.CharField(max_length=12, choices=rules.PlaceKind.choices)
    name = models.CharField(max_length=60)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    community = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    path = models.CharField(max_length=200, db_index=True)
    sort = models.PositiveIntegerField(default=0)
    phone = models.CharField(max_length=20, default="", help_text="the community's public number")
    plan = models.JSONField(default=dict, help_text="schematic drawing: a building's x, y, w, h; an estate's view box and shapes")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["parent", "kind", "name"], name="one_place_per_name"),
            models.CheckConstraint(
                condition=Q(kind__in=["DISTRICT", "SUBDISTRICT"], community=None) | Q(kind="COMMUNITY") | Q(community__isnull=False),
                name="place_in_community",
            ),
        ]
        indexes = [models.Index(fields=["community", "kind", "sort", "id"], name="place_of_community")]

    def __str__(self) -> str:
        return self.name


class Branch(models.Model):
    """A party branch (支部) of a community."""

    community = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="branches")
    name = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "name"], name="one_branch_per_name")]

    def __str__(self) -> str:
        return self.name


class Organisation(models.Model):
    """A unit (单位): office, two-new organisation, owners' committee, property company, contractor …"""

    name = models.CharField(max_length=80, unique=True)
    short_name = models.CharField(max_length=40)
    kind = models.CharField(max_length=16, choices=rules.OrganisationKind.choices)
    skills = models.JSONField(default=list, help_text="order categories it can help with")

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """A human being of a community, apart from any login. Phone and door number are encrypted at rest."""

    community = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="persons")
    name = models.CharField(max_length=40)
    phone = EncryptedTextField(default="")
    phone_index = models.BinaryField(max_length=32, null=True, help_text="keyed hash of the phone, for look-up")
    phone_by = models.ForeignKey("User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False, help_text="wrote the phone")
    email = models.EmailField(default="")
    home = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+", help_text="building")
    door = EncryptedTextField(default="")
    household_index = models.BinaryField(max_length=32, null=True, help_text="keyed hash of building and door")
    name_public = models.BooleanField(default=False, help_text="agreed to being named in public")
    created_by = models.ForeignKey("User", null=True, on_delete=models.PROTECT, related_name="+", help_text="entered them in the books")
    created_at = models.DateTimeField(null=True, help_text="nothing: known since before this was kept")
    by_sheet = models.BooleanField(default=False, help_text="came with a sheet")

    class Meta:
        # A household may share a phone; the same phone and name twice are one person.
        constraints = [models.UniqueConstraint(fields=["community", "phone_index", "name"], name="one_person_per_phone_and_name")]
        indexes = [
            models.Index(fields=["phone_index"], name="person_by_phone"),
            models.Index(fields=["community", "id"], name="person_of_community"),
        ]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Look-up of logins."""


class User(AbstractBaseUser):
    """A login. What it may do comes from its person, its membership and its grants."""

    username = models.CharField(max_length=40, unique=True)
    person = models.OneToOneField(Person, null=True, on_delete=models.PROTECT, related_name="user")
    is_active = models.BooleanField(default=True)
    epoch = models.PositiveIntegerField(default=0, help_text="raised to end every session and token at once")
    must_change = models.BooleanField(default=False, help_text="staff handed out a one-time password; the next sign-in sets another")

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        return self.username

    def get_session_auth_hash(self) -> str:
        """What a session is bound to: it ends with a new password and with a new epoch."""
        return salted_hmac("zengyi.people.session", f"{self.password}\0{self.epoch}", algorithm="sha256").hexdigest()


class Tie(models.Model):
    """Somebody had a hand in a login: opened it, handed out its password, entered its person, or gave it a role. Never changed."""

    login = models.ForeignKey(User, on_delete=models.PROTECT, related_name="ties")
    maker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=rules.TieKind.choices)
    through = models.ForeignKey(
        User,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="who did it, with a password that the maker had lately handed out",
    )
    at = models.DateTimeField()
    until = models.DateTimeField(null=True, help_text="from then on it counts no more")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(maker=F("login")), name="nobody_makes_themselves")]
        indexes = [models.Index(fields=["login", "id"], name="tie_of_login")]


class Look(models.Model):
    """Somebody opened a person's phone and door, and the person sees who. One a day for each who looks. Never changed."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="looks", db_index=False)
    viewer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    day = models.DateField(help_text="in Shanghai")
    at = models.DateTimeField()
    role = models.CharField(max_length=16, help_text="in which they looked")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+", help_text="for which they looked")
    about_type = models.CharField(max_length=16, default="", help_text="what for, as in the trail: order; empty for the list of people")
    about_id = models.BigIntegerField(null=True)
    about = models.CharField(max_length=20, default="", help_text="its number")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "viewer", "day"], name="one_look_a_day")]
        indexes = [models.Index(fields=["person", "-id"], name="look_of_person")]


class Member(models.Model):
    """A party member of a branch, or one who registered where they live."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="member")
    community = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="members")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="members")
    number = models.CharField(max_length=20, help_text="the branch's own number for the member")
    status = models.CharField(max_length=12, choices=rules.MemberStatus.choices, default=rules.MemberStatus.ENROLLED)
    duty = models.CharField(max_length=12, choices=rules.Duty.choices, default="", blank=True)
    skills = models.JSONField(default=list, help_text="order categories the member can help with")
    unit = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="staff")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "number"], name="one_member_per_number")]
        indexes = [models.Index(fields=["community", "duty", "id"], name="member_of_duty")]


class Left(models.Model):
    """Where somebody belonged until a sheet changed it: the household or the unit that they left. Never changed."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="left", db_index=False)
    household = models.BinaryField(max_length=32, null=True, help_text="keyed hash of the building and door; nothing: not changed")
    unit = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+", help_text="nothing: not changed")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person", "-id"], name="left_by_person")]
        constraints = [models.CheckConstraint(condition=Q(household__isnull=False) | Q(unit__isnull=False), name="left_something")]


class Merger(models.Model):
    """An entry that turned out to be another one's double: what stood in it, who put the two together, and why.

    Everything that hung on it hangs on ``kept`` since, and its own row is gone. What it held is kept so that an old phone or an old sheet
    still leads to the same person.
    """

    community = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", db_index=False)
    kept = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="mergers")
    was = models.BigIntegerField(unique=True, help_text="the id of the entry that is gone")
    name = models.CharField(max_length=40)
    phone = EncryptedTextField(default="")
    phone_index = models.BinaryField(max_length=32, null=True, help_text="keyed hash of the phone, for look-up")
    home = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+", help_text="building")
    door = EncryptedTextField(default="")
    household_index = models.BinaryField(max_length=32, null=True, help_text="keyed hash of building and door")
    login = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", help_text="its own, closed since")
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["community", "phone_index"], name="merger_by_phone")]


class Registration(models.Model):
    """双报到: an in-service member's or an organisation's registration with a community."""

    community = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="registrations")
    member = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="registrations")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="registrations")
    state = models.CharField(max_length=10, choices=rules.RegistrationState.choices)
    registered_at = models.DateTimeField()
    entered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", help_text="asked for it, or wrote it down")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(member=None) ^ Q(organisation=None), name="registration_of_one"),
            models.CheckConstraint(condition=Q(ended_at=None) | Q(state="ENDED"), name="registration_end_paired"),
            models.UniqueConstraint(fields=["community", "member"], condition=~Q(state="ENDED"), name="one_open_registration_member"),
            models.UniqueConstraint(fields=["community", "organisation"], condition=~Q(state="ENDED"), name="one_open_registration_unit"),
        ]
        indexes = [models.Index(fields=["community", "registered_at"], name="registration_waiting", condition=Q(state="PENDING"))]


class Grant(models.Model):
    """A role given to a login on a node of the place tree, from a start to an end."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=16, choices=[(r.value, r.value) for r in rules.GRANTED_ROLES])
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="grants")
    branch = models.ForeignKey(Branch, null=True, on_delete=models.PROTECT, related_name="+")
    granted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(granted_by=F("user")), name="nobody_grants_themselves"),
            models.CheckConstraint(condition=~Q(role="organisation") | Q(organisation__isnull=False), name="contact_of_a_unit"),
        ]
        indexes = [models.Index(fields=["user", "id"], name="grant_of_user")]


class Token(models.Model):
    """An API bearer token; only its SHA-256 is kept. It fixes the role it was issued for."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    digest = models.BinaryField(max_length=32, unique=True)
    acting_as = models.CharField(max_length=40)
    epoch = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)


class Session(AbstractBaseSession):
    """Django's session with the login it belongs to, so that one statement reads both."""

    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="sessions")


class PhoneCode(models.Model):
    """A code asked for by SMS. The code itself is not kept: it follows from the seed and the machine's key, and is good once.

    ``due_at``: when it is to be sent or tried again; while it is being sent, when whoever sends it is taken for dead.
    """

    purpose = models.CharField(max_length=8, choices=codes.CodeFor.choices)
    phone = EncryptedTextField()
    phone_index = models.BinaryField(max_length=32)
    seed = models.BinaryField(max_length=16)
    tries = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=8, choices=codes.CodeState.choices, default=codes.CodeState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(tries__lte=codes.TRIES_MOST), name="code_tried_few_times")]
        indexes = [
            models.Index(fields=["due_at", "id"], name="code_due", condition=Q(state__in=["WAITING", "SENDING"])),
            models.Index(fields=["made_at"], name="code_by_age"),
        ]


class WeChatAccount(models.Model):
    """The WeChat service account of this machine, one row (id 1) or none. Its secret is never shown again; ``token`` is what WeChat signs
    with when it calls here.
    """

    app_id = models.CharField(max_length=18, default="", help_text="empty: nothing goes through WeChat")
    secret = EncryptedTextField(default="")
    token = EncryptedTextField(default="")
    template = models.CharField(max_length=64, default="", help_text="the account's own id of its template; empty: only signing in")
    what_field = models.CharField(max_length=30, default="", help_text="the template's field for what happened")
    when_field = models.CharField(max_length=30, default="", help_text="its field for when; empty: it has none")
    set_at = models.DateTimeField()
    ticket = EncryptedTextField(default="", help_text="the access token at hand")
    ticket_until = models.DateTimeField(null=True)
    said = models.CharField(max_length=80, default="", help_text="why WeChat takes nothing now")
    said_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_wechat_account")]


class WeChatBinding(models.Model):
    """Whose WeChat belongs to a login, as one service account knows it: an openid is another one for each account."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="wechat")
    app_id = models.CharField(max_length=18)
    openid = EncryptedTextField(default="")
    openid_index = models.BinaryField(max_length=32, null=True, unique=True, help_text="keyed hash of account and openid; nothing: untied")
    bound_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(bound_at=None) ^ Q(openid_index__isnull=False), name="wechat_bound_since")]
