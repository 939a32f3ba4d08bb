"""The prompts that no flow speaks: those of the queues in the dialplan, and of the demo's callers."""

from ivr.flow.effects import Prompt

_TEXTS = {
    "queue-wait": {
        "zh": "座席全忙，请您继续等候。",
        "en": "All our agents are still busy. Please stay on the line.",
    },
    "queue-sorry": {
        "zh": "很抱歉，暂时无法接听您的电话。请稍后再拨，再见。",
        "en": "We are sorry that nobody could take your call. Please call again later. Goodbye.",
    },
    "queue-closed": {
        "zh": "很抱歉，现在没有座席值班。请稍后再拨，再见。",
        "en": "We are sorry, nobody is on duty at this moment. Please call again later. Goodbye.",
    },
    "test-caller": {
        "zh": "您好，这是一个测试电话。我想了解一下你们的产品。",
        "en": "Hello, this is a test call. I would like to know more about your products.",
    },
    "demo-customer": {
        "zh": "您好，我是演示客户。接下来您会听到自己的声音。",
        "en": "Hello, this is the demonstration customer. From now on you will hear yourself.",
    },
}


def dialplan_texts() -> dict[Prompt, str]:
    """Prompt → words, in Chinese and English."""
    return {
        Prompt(name, language): text for name, texts in _TEXTS.items() for language, text in texts.items()
    }
