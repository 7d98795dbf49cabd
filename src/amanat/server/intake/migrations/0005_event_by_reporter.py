"""Who sent an event: with the words, or a member. Of older events it is not known; they count as before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0004_acknowledged_epoch")]

    operations = [
        migrations.AddField(
            model_name="event",
            name="by_reporter",
            field=models.BooleanField(default=False),
        ),
    ]
