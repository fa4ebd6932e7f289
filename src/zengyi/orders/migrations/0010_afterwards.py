"""What happens to an order after it was confirmed: rung up, opened again."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bank', '0012_help'),
        ('orders', '0009_exclusions'),
        ('people', '0007_looks'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='order',
            name='called',
            field=models.CharField(choices=[('TRUE', '属实'), ('FALSE', '不属实'), ('UNREACHED', '没打通')], help_text='what came of it', max_length=10, null=True),
        ),
        migrations.AddField(
            model_name='order',
            name='confirmed_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='order',
            name='drawn',
            field=models.BooleanField(help_text='whoever asked is to be rung up again', null=True),
        ),
        migrations.AddField(
            model_name='order',
            name='reopened',
            field=models.PositiveSmallIntegerField(help_text='how often it was opened again', null=True),
        ),
        migrations.AlterField(
            model_name='claim',
            name='state',
            field=models.CharField(choices=[('PROPOSED', '派单待回话'), ('ACTIVE', '在办'), ('DONE', '已完成'), ('RELEASED', '已退单'), ('REFUSED', '已婉拒'), ('LAPSED', '到期收回'), ('LEFT_OUT', '没有算上'), ('UNDONE', '确认已冲销')], max_length=8),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('drawn', True)), fields=['community', 'called', 'ended_at', 'id'], name='order_to_call'),
        ),
    ]
