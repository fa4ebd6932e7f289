"""What is brought to a topic, sessions, decisions and minutes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('councils', '0001_topics'),
        ('orders', '0011_arisen'),
        ('people', '0008_left'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Option',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('title', models.CharField(max_length=60)),
                ('text', models.CharField(default='', max_length=500)),
                ('cost', models.BigIntegerField(help_text='in cents; nothing where nobody knows yet', null=True)),
                ('fund', models.CharField(default='', help_text='where the money comes from', max_length=40)),
                ('topic', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='options', to='councils.topic')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('topic', 'position'), name='one_option_per_position'), models.CheckConstraint(condition=models.Q(('cost', None), models.Q(('cost__gte', 0), ('cost__isnull', False)), _connector='OR'), name='option_costs_no_less_than_nothing')],
            },
        ),
        migrations.CreateModel(
            name='Party',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=20)),
                ('note', models.CharField(default='', help_text='why it matters, or what was done to reach it', max_length=200)),
                ('topic', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='parties', to='councils.topic')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('topic', 'name'), name='one_party_per_name')],
            },
        ),
        migrations.CreateModel(
            name='Series',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('DELIBERATION', '协商会'), ('SUPERVISION', '三方会议'), ('ALLIANCE', '联席会'), ('BRANCH', '支部议事会')], max_length=12)),
                ('title', models.CharField(max_length=60)),
                ('held', models.PositiveIntegerField(default=0, help_text='the last ordinal given out')),
                ('weekday', models.PositiveSmallIntegerField(help_text='0 is Monday; nothing where they are called one by one', null=True)),
                ('begins', models.TimeField(null=True)),
                ('community', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.place')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('community', 'kind', 'title'), name='one_series_per_title'), models.CheckConstraint(condition=models.Q(models.Q(('begins', None), ('weekday', None)), models.Q(('begins__isnull', False), ('weekday__isnull', False), ('weekday__lte', 6)), _connector='OR'), name='series_rule_whole')],
            },
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ordinal', models.PositiveIntegerField(help_text='the how-manieth of its series')),
                ('kind', models.CharField(choices=[('DELIBERATION', '协商会'), ('SUPERVISION', '三方会议'), ('ALLIANCE', '联席会'), ('BRANCH', '支部议事会')], max_length=12)),
                ('title', models.CharField(max_length=60)),
                ('place', models.CharField(max_length=60)),
                ('starts_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('PLANNED', '筹备'), ('NOTICED', '已通知'), ('HELD', '正在开'), ('MINUTED', '纪要写好了'), ('SIGNED', '签字了'), ('PUBLISHED', '公布了'), ('CANCELLED', '不开了')], default='PLANNED', max_length=10)),
                ('planned_at', models.DateTimeField()),
                ('noticed_at', models.DateTimeField(null=True)),
                ('opened_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('signed_at', models.DateTimeField(null=True)),
                ('published_at', models.DateTimeField(null=True)),
                ('note', models.CharField(default='', help_text='what the minutes say besides', max_length=2000)),
                ('reason', models.CharField(default='', help_text='why it was called off', max_length=300)),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.place')),
                ('planned_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('series', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='councils.series')),
            ],
            options={
                'indexes': [models.Index(fields=['community', '-starts_at', '-id'], name='session_of_community'), models.Index(condition=models.Q(('state__in', ['PLANNED', 'NOTICED', 'HELD'])), fields=['community', 'starts_at'], name='session_ahead'), models.Index(fields=['planned_by', '-id'], name='session_of_login')],
                'constraints': [models.UniqueConstraint(fields=('series', 'ordinal'), name='one_session_per_ordinal'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('opened_at', None), ('state__in', ['PLANNED', 'NOTICED', 'CANCELLED'])), models.Q(('closed_at', None), ('opened_at__isnull', False), ('state', 'HELD')), models.Q(('closed_at__isnull', False), ('opened_at__isnull', False), ('state__in', ['MINUTED', 'SIGNED', 'PUBLISHED'])), _connector='OR'), name='session_times_of_state'), models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', False), ('signed_at__isnull', False), ('state', 'PUBLISHED')), models.Q(models.Q(('state', 'PUBLISHED'), _negated=True), ('published_at', None)), _connector='OR'), name='session_published_signed')],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('text', models.CharField(max_length=300)),
                ('outcome', models.CharField(choices=[('ADOPTED', '通过'), ('REJECTED', '没通过')], max_length=8)),
                ('state', models.CharField(choices=[('ADOPTED', '通过'), ('REJECTED', '没通过'), ('SUPERSEDED', '另定了'), ('FULFILLED', '都办到了')], max_length=10)),
                ('for_it', models.PositiveSmallIntegerField(help_text='hands; nothing where none were raised', null=True)),
                ('against', models.PositiveSmallIntegerField(null=True)),
                ('abstained', models.PositiveSmallIntegerField(null=True)),
                ('present', models.PositiveSmallIntegerField(help_text='who could raise a hand at that moment', null=True)),
                ('no_action_reason', models.CharField(default='', max_length=200)),
                ('decided_at', models.DateTimeField()),
                ('fulfilled_at', models.DateTimeField(null=True)),
                ('decided_by', models.ForeignKey(help_text='who wrote it down', on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('replaced_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaces', to='councils.decision')),
                ('topic', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='councils.topic')),
                ('session', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='councils.session')),
            ],
            options={
                'indexes': [models.Index(fields=['topic', 'id'], name='decision_of_topic')],
                'constraints': [models.UniqueConstraint(fields=('session', 'position'), name='one_decision_per_position'), models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'REJECTED'), ('state', 'REJECTED')), models.Q(('outcome', 'ADOPTED'), models.Q(('state', 'REJECTED'), _negated=True)), _connector='OR'), name='decision_state_of_outcome'), models.CheckConstraint(condition=models.Q(models.Q(('abstained', None), ('against', None), ('for_it', None), ('present', None)), models.Q(('abstained__isnull', False), ('against__isnull', False), ('for_it__isnull', False), ('present__isnull', False)), _connector='OR'), name='hands_whole'), models.CheckConstraint(condition=models.Q(models.Q(('replaced_by__isnull', False), ('state', 'SUPERSEDED')), models.Q(models.Q(('state', 'SUPERSEDED'), _negated=True), ('replaced_by', None)), _connector='OR'), name='superseded_by_another'), models.CheckConstraint(condition=models.Q(('replaced_by', None), models.Q(('replaced_by', models.F('id')), _negated=True), _connector='OR'), name='superseded_not_by_itself')],
            },
        ),
        migrations.CreateModel(
            name='Participant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('party', models.CharField(max_length=20)),
                ('name', models.CharField(max_length=40)),
                ('part', models.CharField(choices=[('CONVENOR', '召集人'), ('DELIBERATOR', '议事的'), ('EXPERT', '懂行的'), ('OBSERVER', '旁听')], default='DELIBERATOR', max_length=11)),
                ('state', models.CharField(choices=[('INVITED', '请了'), ('CONFIRMED', '说来'), ('ATTENDED', '到了'), ('ABSENT', '没来')], default='INVITED', max_length=9)),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('session', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='participants', to='councils.session')),
            ],
            options={
                'indexes': [models.Index(fields=['session', 'id'], name='participant_of_session')],
                'constraints': [models.UniqueConstraint(fields=('session', 'person'), name='person_at_session_once'), models.UniqueConstraint(condition=models.Q(('person', None)), fields=('session', 'party', 'name'), name='name_at_session_once')],
            },
        ),
        migrations.CreateModel(
            name='Presence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('came_at', models.DateTimeField()),
                ('left_at', models.DateTimeField(null=True)),
                ('participant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='presences', to='councils.participant')),
            ],
            options={
                'indexes': [models.Index(fields=['participant', 'id'], name='presence_of_participant')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('left_at', None)), fields=('participant',), name='in_the_room_once'), models.CheckConstraint(condition=models.Q(('left_at', None), ('left_at__gte', models.F('came_at')), _connector='OR'), name='left_after_coming')],
            },
        ),
        migrations.CreateModel(
            name='Opinion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('party', models.CharField(max_length=20)),
                ('kind', models.CharField(choices=[('FACT', '事实'), ('CONCERN', '担心'), ('PROPOSAL', '主张'), ('REPLY', '答复')], max_length=8)),
                ('text', models.CharField(max_length=500)),
                ('support', models.CharField(choices=[('FOR', '支持'), ('RESERVED', '有保留'), ('AGAINST', '反对')], default='', max_length=8)),
                ('counts', models.BooleanField(default=False)),
                ('channel', models.CharField(choices=[('SELF', '本人'), ('PHONE', '电话'), ('PAPER', '纸条'), ('VISIT', '上门')], default='SELF', max_length=6)),
                ('at', models.DateTimeField()),
                ('adopted_in', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='adopts', to='councils.decision')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('said_by', models.ForeignKey(help_text='whoever said it themselves', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('topic', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='opinions', to='councils.topic')),
                ('option', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='opinions', to='councils.option')),
                ('session', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='opinions', to='councils.session')),
            ],
            options={
                'indexes': [models.Index(fields=['topic', '-id'], name='opinion_of_topic'), models.Index(condition=models.Q(('session__isnull', False)), fields=['session', 'id'], name='opinion_in_session'), models.Index(condition=models.Q(('counts', True)), fields=['topic', 'option', 'party', 'support'], name='opinion_support')],
                'constraints': [models.CheckConstraint(condition=models.Q(('counts', False), models.Q(('support', ''), _negated=True), _connector='OR'), name='opinion_counts_with_support'), models.UniqueConstraint(condition=models.Q(('counts', True)), fields=('option', 'said_by'), name='one_word_per_option'), models.UniqueConstraint(condition=models.Q(('counts', True), ('option', None)), fields=('topic', 'said_by'), name='one_word_per_topic')],
            },
        ),
        migrations.CreateModel(
            name='Minutes',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(help_text='1 for the minutes, more for what was put right afterwards')),
                ('text', models.TextField()),
                ('sha256', models.CharField(help_text='of the text as UTF-8, in lower-case hexadecimal digits', max_length=64)),
                ('frozen_at', models.DateTimeField()),
                ('frozen_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='minutes', to='councils.session')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('session', 'position'), name='one_minutes_per_position')],
            },
        ),
        migrations.CreateModel(
            name='AgendaItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(help_text='among its like; promises come first, then what was carried, then what is new')),
                ('point', models.CharField(default='', max_length=120)),
                ('times', models.PositiveSmallIntegerField(default=0)),
                ('answer', models.CharField(choices=[('DO', '办'), ('ESCALATE', '上报'), ('WITHDRAW', '撤'), ('DONE', '答复了')], default='', max_length=8)),
                ('text', models.CharField(default='', max_length=300)),
                ('answered_at', models.DateTimeField(null=True)),
                ('carried_from', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='carried', to='councils.agendaitem')),
                ('order', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.order')),
                ('topic', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='items', to='councils.topic')),
                ('session', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='items', to='councils.session')),
            ],
            options={
                'indexes': [models.Index(fields=['session', 'id'], name='item_of_session'), models.Index(condition=models.Q(('topic__isnull', False)), fields=['topic', '-id'], name='item_of_topic'), models.Index(condition=models.Q(('order__isnull', False)), fields=['order', '-id'], name='item_of_order')],
                'constraints': [models.UniqueConstraint(fields=('session', 'topic'), name='topic_on_agenda_once'), models.UniqueConstraint(fields=('session', 'order'), name='order_on_agenda_once'), models.CheckConstraint(condition=models.Q(models.Q(('order', None), ('point', ''), ('topic__isnull', False)), models.Q(('order__isnull', False), ('point', ''), ('topic', None)), models.Q(('order', None), ('topic', None), models.Q(('point', ''), _negated=True)), _connector='OR'), name='item_of_one_thing'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None)), models.Q(models.Q(('answer', ''), _negated=True), ('answered_at__isnull', False)), _connector='OR'), name='item_answer_paired')],
            },
        ),
        migrations.CreateModel(
            name='Signature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('party', models.CharField(max_length=20)),
                ('name', models.CharField(max_length=40)),
                ('refusal', models.CharField(default='', help_text='why they did not sign; empty for a signature', max_length=200)),
                ('at', models.DateTimeField()),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='councils.session')),
            ],
            options={
                'indexes': [models.Index(fields=['session', 'id'], name='signature_of_session')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('refusal', '')), fields=('session', 'party', 'name'), name='signed_once')],
            },
        ),
        migrations.CreateModel(
            name='StageLabel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.CharField(max_length=6)),
                ('label', models.CharField(max_length=6)),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.place')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('community', 'stage'), name='one_label_per_stage')],
            },
        ),
        migrations.CreateModel(
            name='Survey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('held_on', models.DateField()),
                ('who', models.CharField(default='', help_text='who was there, by party', max_length=120)),
                ('text', models.CharField(default='', max_length=1000)),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='surveys', to='councils.topic')),
            ],
        ),
        migrations.CreateModel(
            name='Figure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('label', models.CharField(max_length=20)),
                ('number', models.PositiveBigIntegerField()),
                ('unit', models.CharField(default='', max_length=6)),
                ('part', models.BooleanField(default=False, help_text='a part of the last one before it that is none')),
                ('survey', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='figures', to='councils.survey')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('survey', 'position'), name='one_figure_per_position')],
            },
        ),
        migrations.CreateModel(
            name='TopicOrder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.order')),
                ('topic', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='councils.topic')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('topic', 'order'), name='order_in_topic_once')],
            },
        ),
        migrations.CreateModel(
            name='DecisionOrder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('daily', models.BooleanField(default=False, help_text='to be done every day from then on')),
                ('soon', models.BooleanField(default=False, help_text='"as soon as possible": the date is when it is looked at again')),
                ('decision', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='actions', to='councils.decision')),
                ('order', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.order')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('decision', 'position'), name='one_action_per_position')],
            },
        ),
        migrations.CreateModel(
            name='Dissent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('party', models.CharField(max_length=20)),
                ('name', models.CharField(default='', help_text='only of those who want it told', max_length=40)),
                ('text', models.CharField(max_length=300)),
                ('came_true', models.BooleanField(help_text='nothing until they were asked', null=True)),
                ('said', models.CharField(default='', max_length=300)),
                ('asked_at', models.DateTimeField(null=True)),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dissents', to='councils.decision')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('asked_at', None), ('came_true', None)), models.Q(('asked_at__isnull', False), ('came_true__isnull', False)), _connector='OR'), name='dissent_asked_paired')],
            },
        ),
    ]
