"""The demo's customers: firms and people, in Chinese and English."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """A contact with numbers as (written, label)."""

    name: str
    name_en: str
    role: str
    numbers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DemoCustomer:
    """A customer; a private one is its own only contact."""

    kind: str
    name: str
    name_en: str
    people: tuple[Person, ...]
    tier: str = "standard"
    language: str = "zh"
    tags: tuple[str, ...] = ()


def _firm(
    name: str,
    name_en: str,
    *people: Person,
    tier: str = "standard",
    language: str = "zh",
    tags: tuple[str, ...] = (),
) -> DemoCustomer:
    return DemoCustomer("firm", name, name_en, people, tier, language, tags)


def _private(
    name: str,
    name_en: str,
    *numbers: tuple[str, str],
    tier: str = "standard",
    language: str = "zh",
    tags: tuple[str, ...] = (),
) -> DemoCustomer:
    return DemoCustomer("person", name, name_en, (Person(name, name_en, "", numbers),), tier, language, tags)


def _mobile(end: str) -> tuple[str, str]:
    return f"138 0013 80{end}", "mobile"


def _office(end: str) -> tuple[str, str]:
    return f"021-5550 01{end}", "office"


def _abroad(number: str, label: str = "mobile") -> tuple[str, str]:
    return number, label


# Two people of one family share a telephone: the pop has to offer both.
SHARED = ("138 0013 8088", "home")

FIRMS = (
    _firm(
        "明远贸易有限公司",
        "Mingyuan Trading Co.",
        Person("王小明", "Wang Xiaoming", "采购经理", (_mobile("00"), _office("00"))),
        Person("林雪", "Lin Xue", "财务", (_office("02"),)),
        tier="gold",
        tags=("VIP",),
    ),
    _firm(
        "华兴电子科技有限公司",
        "Huaxing Electronics",
        Person("陈志强", "Chen Zhiqiang", "总经理", (_mobile("01"), _office("10"))),
        Person("刘芳", "Liu Fang", "前台", (_office("11"),)),
        tier="platinum",
        tags=("VIP", "月结"),
    ),
    _firm(
        "东方物流集团",
        "Dongfang Logistics",
        Person("赵云飞", "Zhao Yunfei", "调度", (_mobile("02"),)),
        Person("孙丽", "Sun Li", "客户经理", (_mobile("03"), _office("20"))),
        tier="gold",
    ),
    _firm(
        "绿源食品厂", "Lvyuan Foods", Person("马建军", "Ma Jianjun", "厂长", (_mobile("04"), _office("30")))
    ),
    _firm(
        "星辰医疗器械",
        "Xingchen Medical",
        Person("周海涛", "Zhou Haitao", "设备科", (_mobile("05"),)),
        Person("吴倩", "Wu Qian", "采购", (_mobile("06"),)),
        tier="silver",
        tags=("维修合同",),
    ),
    _firm("光明眼镜店", "Guangming Optics", Person("郑强", "Zheng Qiang", "店主", (_mobile("07"),))),
    _firm(
        "Harbour & Sons Ltd",
        "",
        Person("Emily Harbour", "", "Buyer", (_abroad("+44 20 7946 0018", "office"),)),
        Person("Tom Reed", "", "Accounts", (_abroad("+44 20 7946 0019", "office"),)),
        tier="gold",
        language="en",
    ),
    _firm(
        "Bluebird Robotics Inc.",
        "",
        Person("Maria Gomez", "", "Operations", (_abroad("+1 202 555 0143"),)),
        tier="silver",
        language="en",
        tags=("beta",),
    ),
    _firm(
        "Küstenwind GmbH",
        "Kuestenwind",
        Person("Jonas Müller", "", "Einkauf", (_abroad("+49 30 23125 100", "office"),)),
        language="en",
    ),
    _firm(
        "瑞丰建材",
        "Ruifeng Materials",
        Person("何伟", "He Wei", "项目经理", (_mobile("08"), _office("40"))),
        tags=("欠款",),
    ),
    _firm("佳和酒店", "Jiahe Hotel", Person("罗敏", "Luo Min", "前厅部", (_office("50"), _office("51")))),
    _firm(
        "新希望培训学校",
        "New Hope School",
        Person("谢婷", "Xie Ting", "教务", (_mobile("09"),)),
        tier="silver",
    ),
)

PEOPLE = (
    _private("张伟", "Zhang Wei", _mobile("10"), ("021-5550 0161", "home"), tier="gold", tags=("VIP",)),
    _private("李秀英", "Li Xiuying", _mobile("11")),
    _private("刘洋", "Liu Yang", _mobile("12"), _mobile("13")),
    _private("杨洁", "Yang Jie", _mobile("14"), tier="silver"),
    _private("黄磊", "Huang Lei", _mobile("15"), tags=("多次投诉",)),
    _private("徐静", "Xu Jing", _mobile("16")),
    _private("朱军", "Zhu Jun", _mobile("17"), ("021-5550 0162", "home")),
    _private("胡雪梅", "Hu Xuemei", _mobile("18")),
    _private("高翔", "Gao Xiang", _mobile("19"), tier="gold"),
    _private("郭晓燕", "Guo Xiaoyan", _mobile("20")),
    _private("欧阳修文", "Ouyang Xiuwen", _mobile("21")),
    _private("周建国", "Zhou Jianguo", SHARED, _mobile("22"), tier="silver"),
    _private("周敏", "Zhou Min", SHARED, _mobile("23")),
    _private("Alice Weber", "", _abroad("+49 30 23125 177", "home"), language="en"),
    _private("James O'Neill", "", _abroad("+44 20 7946 0101"), language="en", tier="silver"),
    _private("Priya Nair", "", _abroad("+1 202 555 0171"), language="en", tier="gold", tags=("VIP",)),
    _private("Carlos Ruiz", "", _abroad("+1 202 555 0188"), language="en"),
    _private("佐藤健", "Sato Ken", _abroad("+81 3 5550 0123", "home"), language="en"),
)

CUSTOMERS = FIRMS + PEOPLE
