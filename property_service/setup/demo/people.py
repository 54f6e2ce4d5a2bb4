"""Invented people: names made of common characters, numbers in ranges that nobody is given."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

# Numbers beginning 154 are not given to subscribers, plates of 浙 end at L, and 999 is no region of an organisation.
PHONE_PREFIX = "154"
PLATE_PREFIX = "浙Z"
ORGANISATION_REGION = "91999900"

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_RARE_SURNAMES = ("欧阳", "司马", "上官", "诸葛", "单", "仇", "解", "查")
_FEMALE = "芳娜敏静丽艳娟霞燕红玲梅莉兰萍云洁雪琳慧婷倩颖怡欣雯蕾露瑶佳思雨晴悦诗语桐萱妍"
_MALE = "伟强磊军洋勇杰涛超明刚平辉鹏华飞鑫波斌宇浩凯俊帆旭宁志建国庆文博晨阳轩航睿哲泽铭"
_FOREIGN = tuple(
    f"{given} {family}"
    for family, given in zip(
        ("Weber", "Lindqvist", "Bellini", "Tanabe", "Raman", "Novotny", "Moreau") * 5,
        ("Daniel", "Hannah", "Marco", "Aiko", "Priya", "Tomas", "Claire", "Jonas", "Elena", "Kenji") * 4,
        strict=False,
    )
)
_SHOPS = (
    "湖畔便利店", "半亩田水果店", "小满早餐铺", "清风洗衣店", "老巷子面馆", "青禾药房", "一页书咖啡", "晓晓花艺",
    "安心口腔门诊", "童趣托育中心", "顺达房产中介", "红砖烘焙坊", "汇通打印社", "味知私房菜", "悦行电动车行", "四季粮油店",
)  # fmt: skip
_OFFICES = ("云图设计工作室", "知行教育咨询部", "长青财税代理所", "拾光影像工作室")


class People:
    """Draws people one after another; the same seed gives the same people."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._phone = 0
        self._plate = 0
        self._shops = _endless(_SHOPS, "{0}（{1}店）")
        self._offices = _endless(_OFFICES, "{0}{1}室")
        self._foreign = _endless(_FOREIGN, "{0} {1}")

    def surname(self) -> str:
        """A common surname; one in fifty is a rare or a compound one."""
        return self._random.choice(_RARE_SURNAMES if self._random.random() < 0.02 else _SURNAMES)

    def person(self, gender: str, surname: str | None = None) -> str:
        """A full name for `gender` (Female or Male), with this surname if one is given."""
        characters = _FEMALE if gender == "Female" else _MALE
        given = self._random.sample(characters, 1 if self._random.random() < 0.3 else 2)
        return (surname or self.surname()) + "".join(given)

    def gender(self) -> str:
        """Female or Male."""
        return self._random.choice(("Female", "Male"))

    def foreigner(self) -> str:
        """A name in Latin letters."""
        return next(self._foreign)

    def shop(self) -> str:
        """The name of a shop."""
        return next(self._shops)

    def office(self) -> str:
        """The name of an office."""
        return next(self._offices)

    def phone(self) -> str:
        """A mobile number nobody had before; its last four digits look mixed."""
        self._phone += 1
        # The factor shares none with 10^8, so every number up to there comes once.
        return f"{PHONE_PREFIX}{self._phone * 39_916_801 % 10**8:08d}"

    def plate(self) -> str:
        """A number plate nobody had before; one in three is that of an electric car, which has a digit more."""
        self._plate += 1
        number = f"{self._plate * 39_119 % 10**5:05d}"
        return f"{PLATE_PREFIX}D{number}" if self._plate % 3 == 0 else f"{PLATE_PREFIX}{number}"

    def tax_number(self) -> str:
        """Eighteen digits in the shape of an organisation's number, of a region that does not exist."""
        return f"{ORGANISATION_REGION}{self._random.randrange(10**10):010d}"


def _endless(names: tuple[str, ...], numbered: str) -> Iterator[str]:
    yield from names
    number = 2
    while True:
        for name in names:
            yield numbered.format(name, number)
        number += 1
