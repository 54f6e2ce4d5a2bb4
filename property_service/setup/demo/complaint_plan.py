"""The demo's complaints, suggestions and praise on paper: who, when, what about, and what becomes of each."""

from __future__ import annotations

from dataclasses import dataclass

# What becomes of it.
USUAL, FAIRLY, NOT_FIXED, TO_MANAGER, EXPLAINED = "usual", "fairly", "not fixed", "to the manager", "explained"
UNREACHED, LATE, WITHDRAWN, NOT_VALID = "unreached", "late", "withdrawn", "not valid"
# Open today.
NEW, ASSIGNED, LOOKED_INTO, OVERDUE, TO_VISIT, OPEN_AGAIN = (
    "new",
    "assigned",
    "looked into",
    "overdue",
    "visit",
    "again",
)


@dataclass(frozen=True, slots=True)
class Plan:
    """One complaint: days ago and the hour on the clocks of the community, what it is about, what is done and said."""

    days: int
    hour: int
    community: str
    cause: str
    subject: str
    details: str
    done: str = ""
    told: str = ""
    fate: str = USUAL
    kind: str = "Complaint"
    channel: str = "Phone"
    level: str = ""
    anonymous: bool = False
    # How many neighbours join it; the one above or below is the other side.
    joined: int = 0
    dispute: bool = False


PLANS = (
    Plan(
        *(57, 9, "LH", "Cleaning and Greenery", "楼道三天没有打扫"),
        "3栋8层楼道堆了纸箱，垃圾三天没清。",
        *("保洁主管当日清运并调整该楼层清扫班次", "楼道已清理干净，每天上午、下午各保洁一次。"),
    ),
    Plan(
        *(53, 15, "LH", "Parking and Vehicles", "车位被外来车辆占用"),
        "下班回来固定车位被占，门岗说不知道。",
        *("查监控联系车主挪车，门岗重新登记访客车辆", "车主已挪车，今后访客车辆须登记到访房号。"),
        FAIRLY,
    ),
    Plan(
        *(50, 10, "YQ", "Shared Facilities", "儿童乐园滑梯有裂缝"),
        "滑梯边缘裂开，孩子容易划伤。",
        *("当日围挡，三日内更换滑道", "滑梯已更换并验收，欢迎孩子们继续使用。"),
        level="Major",
    ),
    Plan(
        *(46, 14, "LH", "Charges", "停车费多扣一个月"),
        "月卡到期日和收据上的不一样。",
        *("核对收款记录，系统登记有误，已更正并退还差额", "多收的费用已退回原支付账户，给您添麻烦了。"),
    ),
    Plan(
        *(43, 11, "YQ", "Noise of Neighbours", "楼上晚上十一点还在拖桌椅"),
        "连续一周深夜有拖拽声，老人休息不好。",
        *("上门沟通并赠送桌椅脚垫，约定晚十点后不移动家具", "我们已上门沟通，对方表示会注意；如再发生请随时联系。"),
        dispute=True,
    ),
    Plan(
        *(40, 16, "LH", "Security and Access", "门岗对送水工不查不问"),
        "陌生人直接上楼，没有登记。",
        *("保安队长开会整改，访客一律登记核实", "门岗已加强登记核验，欢迎继续监督。"),
        NOT_FIXED,
        channel="WeChat",
    ),
    Plan(
        *(38, 9, "LH", "Praise for Staff", "感谢马师傅雨夜抢修"),
        "水管爆了，马师傅半夜赶来，衣服都湿了，非常感谢！",
        kind="Praise",
        channel="WeChat",
    ),
    Plan(
        *(35, 10, "LH", "Quality of Work", "墙面修补颜色不一致"),
        "补过的地方明显发白。",
        *("与业主确认色板后整面墙重新滚涂", "整面墙已重新粉刷，感谢您的耐心。"),
        LATE,
    ),
    Plan(
        *(33, 14, "YQ", "Suggestion for the Estate", "建议快递柜旁加盏灯"),
        "晚上取件看不清号码。",
        *("已加装感应灯", "快递柜旁已装感应灯，谢谢您的建议！"),
        kind="Suggestion",
        channel="Portal",
    ),
    Plan(
        *(30, 9, "LH", "Shared Facilities", "电梯早高峰经常停在一楼不动"),
        "5栋电梯这周第三次了，上班都迟到。",
        *("维保单位更换门机控制板，早高峰安排专人值守", "电梯门机已更换，连续三天运行正常。"),
        joined=4,
    ),
    Plan(
        *(27, 15, "LH", "Staff Manner", "前台接电话不耐烦"),
        "问停水的事，说了一半就挂电话。",
        *("听录音核实，当事人道歉并参加服务礼仪培训", "录音已核实，当事员工已接受培训，我们向您道歉。"),
        TO_MANAGER,
    ),
    Plan(
        *(25, 11, "YQ", "Neighbour's Decoration", "周日一早就电钻"),
        "周日八点不到开始打钻。",
        *("要求停工并重申施工时段，复印告示贴在单元门口", "施工方已停工，周末只允许做安静的工作。"),
        UNREACHED,
    ),
    Plan(
        *(23, 10, "LH", "Charges", "希望免除整年物业费"),
        "今年出差多，没怎么住。",
        *("说明收费标准与减免政策", "按合同空置减免需提前申请，已把申请表发给您。"),
        EXPLAINED,
    ),
    Plan(
        *(20, 9, "YQ", "Water From Above", "卫生间顶上渗水"),
        "楼上一洗澡就滴水。",
        *("与两户共同查勘，楼上重做地漏防水并闭水试验", "漏点已处理，闭水四十八小时无渗漏。"),
        dispute=True,
    ),
    Plan(
        *(17, 16, "LH", "Pets", "遛狗不牵绳"),
        "中心花园傍晚好几只大狗没牵绳。",
        *("张贴提示并安排傍晚巡逻劝导", "已增加傍晚巡逻，请大家共同监督。"),
        anonymous=True,
        channel="Portal",
    ),
    Plan(
        *(14, 14, "YQ", "Slow Service", "报修两天没人联系"),
        "厨房灯报修后没有消息。",
        *("核实派单遗漏，当日上门修复", "灯已修好，派单流程已改进，非常抱歉。"),
        NOT_VALID,
    ),
    Plan(*(11, 10, "LH", "Cleaning and Greenery", "绿化带有积水"), "下雨后一股味道。", fate=WITHDRAWN),
    Plan(
        *(8, 9, "LH", "Safety Hazard", "楼道堆放电动车充电"),
        "3栋地下一层楼梯口飞线充电，太危险。",
        *("当场清理并报告网格员，增设禁止标识", "已清理，并引导到集中充电棚。"),
        channel="12345",
    ),
    Plan(
        *(6, 15, "YQ", "Suggestion for the Estate", "想要一块乒乓球桌"),
        "架空层空着，可以放球桌。",
        fate=LOOKED_INTO,
        kind="Suggestion",
        channel="Portal",
    ),
    Plan(
        *(5, 10, "LH", "Security and Access", "地库道闸放行太慢"),
        "早上排队十几辆。",
        *("更换车牌识别相机", "相机已更换，识别时间降到一秒以内。"),
        OPEN_AGAIN,
    ),
    Plan(*(5, 9, "YQ", "Cleaning and Greenery", "大堂地砖积灰"), "好几天没拖地。", fate=OVERDUE),
    Plan(
        *(2, 14, "LH", "Parking and Vehicles", "充电桩车位被油车占"),
        "连续两晚无法充电。",
        *("地面喷涂专用标识并劝离", "已喷涂标识，夜间巡逻会劝离。"),
        TO_VISIT,
    ),
    Plan(*(1, 16, "LH", "Quality of Work", "门禁修好又坏"), "刷卡时好时坏。", fate=LOOKED_INTO),
    Plan(*(1, 10, "YQ", "Charges", "水费比上月多一倍"), "家里没人住，水费反而多了。", fate=ASSIGNED, channel="WeChat"),
    Plan(*(0, 0, "LH", "Noise of Neighbours", "楼下麻将声"), "从昨晚打到现在，影响孩子睡觉。", fate=NEW),
)
NEIGHBOUR = {
    "Noise of Neighbours": ("楼下总是敲暖气管", "晚上只要有一点声音楼下就敲管子。"),
    "Water From Above": ("楼下天天上门催，态度不好", "我们愿意配合检查，但请物业约好时间。"),
}
FIRST_WORDS = "您反映的情况已收到，我们正在核实，{hours}小时内给您回话。"
INTERIM_WORDS = "处理进展：{what}，预计近日完成，请您放心。"
VISITED_WELL = ("处理得及时，满意", "现场看过，已经解决", "态度很好，满意")
