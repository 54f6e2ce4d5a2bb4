"""Events of the demo estate on paper: what takes place when, who organises it, how many come and how they like it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EventPlan:
    """An event; `days` from today on, negative ones are over. `parties` sign up, of a hundred `came` come, `stars` they give.

    `costs` are (what, budget, spent) in yuan; `state` is Draft, Open, Held or Cancelled.
    """

    community: str
    title: str
    kind: str
    place: str
    days: int
    begins: str
    hours: float
    capacity: int
    parties: int
    organiser: str
    text: str
    bring: str = ""
    state: str = "Open"
    came: int = 85
    stars: tuple[int, ...] = (5, 5, 4, 5, 4, 3, 5, 4)
    report: str = ""
    because: str = ""
    costs: tuple[tuple[str, int, int], ...] = ()


LAKE, CLOUD = "steward.lake", "steward.cloud"
EVENTS = (
    EventPlan(
        *("LH", "中秋游园会", "Festival", "中心花园", -62, "15:00", 2.5, 60, 26, LAKE),
        text="猜灯谜、做月饼、投壶，邻居们一起过中秋。每户可带家人参加，现场有小礼品。",
        state="Held",
        report="活动顺利，灯谜和投壶最受欢迎，月饼原料略有富余。",
        costs=(("月饼原料", 1200, 1136), ("灯谜与小礼品", 800, 865), ("桌椅租用", 300, 300)),
    ),
    EventPlan(
        *("LH", "义诊进小区", "Health", "客服中心一楼大厅", -34, "09:00", 2, 40, 22, LAKE),
        text="社区医院医生到小区量血压、测血糖，现场答疑。",
        bring="身份证、以往的病历",
        state="Held",
        came=90,
        report="量血压 31 人次，3 位老人建议到医院复查，已逐一电话告知家属。",
        costs=(("检测试纸", 400, 380), ("茶水点心", 150, 162)),
    ),
    EventPlan(
        *("LH", "亲子手工：剪纸", "Handicraft", "社区活动室", -13, "14:30", 2, 24, 14, LAKE),
        text="民间艺人教剪窗花，适合六岁以上的孩子，须有一位大人陪同。",
        state="Held",
        came=80,
        report="孩子们的作品贴在了大厅，家长希望每月一次。",
        costs=(("老师酬劳", 600, 600), ("纸张与剪刀", 200, 174)),
    ),
    EventPlan(
        *("LH", "业主恳谈会", "Owners' Talk", "客服中心会议室", -3, "19:00", 1.5, 30, 13, "manager"),
        text="物业经理向各位业主汇报上季度工作，听取意见：电梯、停车、绿化。",
        state="Held",
        came=75,
        stars=(4, 3, 5, 4, 2, 4),
        report="收到意见 11 条，其中停车 5 条，均已登记并约定答复日期。",
        costs=(("茶水", 100, 86),),
    ),
    EventPlan(
        *("LH", "便民服务日", "Other", "南门广场", 0, "09:00", 8, 60, 15, LAKE),
        text="磨刀、配钥匙、修雨伞、家电清洗咨询，材料按成本收费，人工免费。",
        costs=(("师傅误工补贴", 500, 0),),
    ),
    EventPlan(
        *("LH", "银发手机课堂", "Elderly", "社区活动室", 4, "09:30", 1.5, 20, 7, LAKE),
        text="学会用手机挂号、叫车、看监控，志愿者一对一辅导。",
        bring="手机和充电器",
        costs=(("讲义打印", 80, 0),),
    ),
    EventPlan(
        *("LH", "冬至包饺子", "Festival", "社区活动室", 9, "14:00", 2.5, 30, 19, LAKE),
        text="一起和面、拌馅、包饺子，包好的一半送给小区独居老人。",
        bring="围裙",
        costs=(("面粉与肉馅", 900, 0), ("一次性餐具", 120, 0)),
    ),
    EventPlan(
        *("LH", "小区乒乓球赛", "Sport", "架空层球台", 20, "09:00", 6, 32, 0, LAKE),
        text="男女单打，分少年组、成人组和长者组。",
        state="Draft",
        costs=(("奖品", 600, 0), ("球与拍", 200, 0)),
    ),
    EventPlan(
        *("YQ", "消防体验日", "Other", "2 栋前广场", -27, "10:00", 2, 50, 20, CLOUD),
        text="灭火器实操、烟雾帐篷逃生、消防车参观。",
        state="Held",
        report="消防中队到场 6 人，约四十位居民实际操作了灭火器。",
        costs=(("灭火器充装", 500, 480), ("纪念品", 300, 288)),
    ),
    EventPlan(
        *("YQ", "装修知识讲座", "Owners' Talk", "销售中心二楼", -8, "14:00", 2, 40, 16, CLOUD),
        text="哪些墙不能动、怎样做闭水试验、押金怎样退，工程师现场讲解。",
        state="Held",
        came=70,
        stars=(5, 4, 5, 4, 4),
        report="会后有 6 户当场预约了装修申报。",
        costs=(("资料印刷", 260, 244),),
    ),
    EventPlan(
        *("YQ", "露天电影", "Festival", "中央草坪", 2, "19:30", 2, 80, 12, CLOUD),
        text="放映家庭喜剧，自带小凳，现场有爆米花。",
        state="Cancelled",
        because="连日降雨，草坪积水，改期另行通知。",
        costs=(("放映设备", 800, 0),),
    ),
    EventPlan(
        *("YQ", "少儿绘画课", "Children", "3 栋架空层", 6, "15:00", 1.5, 16, 15, CLOUD),
        text="美术老师带孩子们画「我的新家」，作品在大堂展出。",
        bring="画笔",
        costs=(("老师酬劳", 500, 0), ("画纸", 60, 0)),
    ),
)
