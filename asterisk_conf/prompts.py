"""What the dialplan itself says, with the words to speak; made by text to speech like the menus' prompts.

A prompt lies in <prompts>/<language>/<name>.wav. The names hold no hyphen, those of the menus' prompts do.
"""

from collections.abc import Mapping
from pathlib import Path

SPOKEN: Mapping[str, Mapping[str, str]] = {
    "queue_wait": {
        "zh": "坐席正忙，请您继续等候，我们会尽快接听您的电话。",
        "en": "All our agents are still busy. Please stay on the line, we will be with you soon.",
    },
    "queue_sorry": {
        "zh": "非常抱歉，目前坐席全忙，请您稍后再拨。再见。",
        "en": "We are sorry, nobody could take your call in time. Please call again later. Goodbye.",
    },
    "queue_closed": {
        "zh": "非常抱歉，现在没有坐席在线，请您在工作时间再次来电。再见。",
        "en": "We are sorry, nobody is here now. Please call again in our opening hours. Goodbye.",
    },
    "test_caller": {
        "zh": "您好，这是一个测试电话。我在说话，请听一听声音是否清楚。",
        "en": "Hello, this is a test call. I am speaking so that you can hear whether the line is clear.",
    },
    "demo_customer": {
        "zh": "喂，您好，我是演示客户。您说的话，我会原样返回给您。",
        "en": "Hello, this is the demo customer. Whatever you say now, you will hear again.",
    },
}


def missing_prompts(folder: Path) -> tuple[str, ...]:
    """The files that should be in the prompts' folder and are not, as `zh/queue_wait.wav`."""
    wanted = (f"{language}/{name}.wav" for name, texts in SPOKEN.items() for language in texts)
    return tuple(sorted(path for path in wanted if not (folder / path).is_file()))
