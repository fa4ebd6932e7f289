import django.db.models.deletion
import zengyi.core.secrets
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0008_left'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Activity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=40)),
                ('text', models.CharField(default='', max_length=1000)),
                ('kind', models.CharField(choices=[('CRAFT', '手工'), ('LAW', '普法'), ('DRILL', '演练'), ('CLEANUP', '整治'), ('CARE', '关爱'), ('OTHER', '别的')], max_length=8)),
                ('minors', models.BooleanField(default=False, help_text='children may come, with somebody grown up')),
                ('along', models.CharField(default='', help_text='who hosts it along, in words: a fire station, a union', max_length=200)),
                ('created_at', models.DateTimeField()),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.place')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['community', '-id'], name='activity_of_community')],
            },
        ),
        migrations.CreateModel(
            name='Host',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hosts', to='activities.activity')),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.place')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('activity', 'community'), name='one_host_once')],
            },
        ),
        migrations.CreateModel(
            name='Occasion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('spot', models.CharField(default='', help_text='where, in words', max_length=60)),
                ('bring', models.CharField(default='', help_text='what to bring', max_length=200)),
                ('care', models.CharField(default='', help_text='what to be careful of, and the insurance', max_length=200)),
                ('state', models.CharField(choices=[('PLANNED', '要办'), ('CANCELLED', '取消了'), ('CLOSED', '办完了')], default='PLANNED', max_length=9)),
                ('reason', models.CharField(default='', help_text='why it was moved or cancelled', max_length=200)),
                ('moved_from', models.DateTimeField(help_text='when it was to begin before it was moved', null=True)),
                ('sequence', models.PositiveSmallIntegerField(default=0)),
                ('numbered', models.PositiveIntegerField(default=0)),
                ('changed_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('forgot_at', models.DateTimeField(help_text='when everything about the children was deleted', null=True)),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='occasions', to='activities.activity')),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('community', models.ForeignKey(help_text="the activity's", on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.place')),
                ('place', models.ForeignKey(help_text='building or spot', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.place')),
            ],
            options={
                'indexes': [models.Index(fields=['community', 'starts_at', 'id'], name='occasion_of_community'), models.Index(fields=['activity', 'starts_at', 'id'], name='occasion_of_activity'), models.Index(condition=models.Q(('forgot_at', None)), fields=['ends_at', 'id'], name='occasion_to_forget')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='occasion_ends_later'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('closed_by__isnull', False), ('state', 'CLOSED')), models.Q(models.Q(('state', 'CLOSED'), _negated=True), ('closed_at', None), ('closed_by', None)), _connector='OR'), name='occasion_closing_paired')],
            },
        ),
        migrations.CreateModel(
            name='Slot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('GUEST', '来参加'), ('HELPER', '来帮忙')], max_length=6)),
                ('name', models.CharField(default='', help_text='of help that is wanted', max_length=30)),
                ('capacity', models.PositiveIntegerField()),
                ('taken', models.PositiveIntegerField(default=0, help_text='seats that are sure, and those that are offered')),
                ('occasion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='slots', to='activities.occasion')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('capacity__gt', 0)), name='slot_for_somebody'), models.CheckConstraint(condition=models.Q(('taken__lte', models.F('capacity'))), name='slot_not_oversold'), models.UniqueConstraint(fields=('occasion', 'name'), name='one_slot_per_name'), models.UniqueConstraint(condition=models.Q(('role', 'GUEST')), fields=('occasion',), name='one_slot_for_guests')],
            },
        ),
        migrations.CreateModel(
            name='SignUp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('seats', models.PositiveSmallIntegerField()),
                ('state', models.CharField(choices=[('APPLIED', '报了'), ('CONFIRMED', '报上了'), ('WAITLISTED', '候补'), ('OFFERED', '有位了，等答话'), ('EXPIRED', '没有答话，过期了'), ('CANCELLED', '不去了'), ('LATE_CANCELLED', '临时不去了')], max_length=14)),
                ('channel', models.CharField(choices=[('SELF', '自己报的'), ('PHONE', '打电话'), ('DESK', '到窗口'), ('PAPER', '纸上报的')], default='SELF', max_length=5)),
                ('made_at', models.DateTimeField()),
                ('offered_at', models.DateTimeField(null=True)),
                ('until', models.DateTimeField(help_text='until when an offer stands, or who is asked after a move has to say so', null=True)),
                ('asked', models.BooleanField(default=False, help_text='the occasion was moved, and they have not said whether they still come')),
                ('ended_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(default='', max_length=200)),
                ('community', models.ForeignKey(help_text='whose people they are', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.place')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('occasion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sign_ups', to='activities.occasion')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('slot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sign_ups', to='activities.slot')),
            ],
            options={
                'indexes': [models.Index(fields=['slot', 'state', 'id'], name='sign_up_queue'), models.Index(fields=['person', '-id'], name='sign_up_of_person'), models.Index(condition=models.Q(('state', 'OFFERED'), ('asked', True), _connector='OR'), fields=['until', 'id'], name='sign_up_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('seats__gt', 0)), name='sign_up_of_somebody'), models.UniqueConstraint(condition=models.Q(('state__in', ['CONFIRMED', 'OFFERED', 'WAITLISTED'])), fields=('occasion', 'person'), name='one_sign_up_each'), models.UniqueConstraint(fields=('occasion', 'number'), name='one_sign_up_per_number'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state__in', ['CONFIRMED', 'OFFERED', 'WAITLISTED'])), models.Q(('ended_at__isnull', False), ('state__in', ['EXPIRED', 'CANCELLED', 'LATE_CANCELLED'])), _connector='OR'), name='sign_up_end_paired'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'OFFERED'), _negated=True), ('until__isnull', False), _connector='OR'), name='offer_has_an_end'), models.CheckConstraint(condition=models.Q(('asked', False), models.Q(('state', 'CONFIRMED'), ('until__isnull', False)), _connector='OR'), name='asked_until')],
            },
        ),
        migrations.CreateModel(
            name='Attendee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('letter', models.CharField(default='', max_length=1)),
                ('band', models.CharField(choices=[('BELOW_6', '不到 6 岁'), ('FROM_6', '6 到 7 岁'), ('FROM_8', '8 到 10 岁'), ('FROM_11', '11 到 13 岁'), ('FROM_14', '14 到 17 岁')], default='', help_text='of a child; empty: grown up', max_length=8)),
                ('called', zengyi.core.secrets.EncryptedTextField(default='', help_text='what its guardian calls the child; nobody else reads it')),
                ('minutes', models.PositiveIntegerField(null=True)),
                ('absent_at', models.DateTimeField(null=True)),
                ('contested_at', models.DateTimeField(help_text='they say that they were there', null=True)),
                ('contest', models.CharField(default='', max_length=200)),
                ('absent_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('occasion', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='activities.occasion')),
                ('sign_up', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendees', to='activities.signup')),
            ],
            options={
                'indexes': [models.Index(fields=['occasion', 'id'], name='attendee_of_occasion')],
                'constraints': [models.UniqueConstraint(fields=('sign_up', 'letter'), name='one_attendee_per_letter'), models.CheckConstraint(condition=models.Q(models.Q(('absent_at', None), ('absent_by', None)), models.Q(('absent_at__isnull', False), ('absent_by__isnull', False)), _connector='OR'), name='absence_has_author')],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('TAKE_PART', '来参加'), ('RECORD', '记下来过'), ('PHOTOGRAPH', '拍照'), ('PUBLISH', '发出去')], max_length=10)),
                ('given', models.BooleanField()),
                ('text_version', models.PositiveSmallIntegerField()),
                ('channel', models.CharField(choices=[('SELF', '自己报的'), ('PHONE', '打电话'), ('DESK', '到窗口'), ('PAPER', '纸上报的')], max_length=5)),
                ('at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('attendee', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consents', to='activities.attendee')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('attendee', 'purpose'), name='one_answer_stands')],
            },
        ),
    ]
