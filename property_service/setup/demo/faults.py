"""What goes wrong in the demo estate, and what was done about it: the words of residents and technicians, by category."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. `materials` are (item of the price list, quantity); `hours` of labour; `place` for public areas."""

    text: str
    work: str
    materials: tuple[tuple[str, float], ...] = ()
    hours: float = 0
    place: str = ""


# How often each category comes in two months of 400 households: with the open cases and the stories about 150.
OFTEN: dict[str, int] = {
    "Tap or Pipe Leak": 12,
    "Blocked Drain": 12,
    "Toilet or Basin": 9,
    "Low Water Pressure": 3,
    "Public Pipe or Drain": 4,
    "Power Loss": 5,
    "Socket or Switch": 5,
    "Indoor Lamp": 4,
    "Public Light": 8,
    "Lift Fault": 5,
    "Door or Lock": 6,
    "Window": 4,
    "Intercom": 6,
    "Public Door or Gate": 5,
    "Leak in Wall or Ceiling": 6,
    "Crack in Wall or Ceiling": 3,
    "Paint, Tiles and Floor": 3,
    "Public Wall, Floor or Roof": 2,
    "Cleaning": 6,
    "Garden and Trees": 2,
    "Playground and Facilities": 2,
    "Something Else at Home": 2,
    "Something Else Outside": 2,
    "Lift Entrapment": 1,
    "Gas Smell": 1,
}
# In the months of the year in which they are used.
SEASONAL: dict[str, tuple[int, tuple[int, ...]]] = {
    "Heating": (4, (11, 12, 1, 2, 3)),
    "Air Conditioner": (4, (6, 7, 8, 9)),
}

FAULTS: dict[str, tuple[Fault, ...]] = {
    "Tap or Pipe Leak": (
        Fault("厨房水龙头关不紧，一直滴水，接了一盆还在滴", "更换厨房龙头，试水十分钟无渗漏", (("Kitchen tap", 1),), 0.5),
        Fault("洗衣机后面的角阀根部渗水，地上一摊水", "更换角阀与软管，接口缠生料带，擦干后无渗水",
              (("Angle valve", 1), ("Flexible hose 50 cm", 1), ("Thread seal tape", 1)), 0.5),
        Fault("卫生间洗手盆下面的软管漏水，柜子都泡了", "更换洗手盆进水软管两根，柜内擦干",
              (("Flexible hose 50 cm", 2),), 0.5),
        Fault("淋浴花洒和墙面接口处漏水，开大一点就喷", "更换花洒与密封垫", (("Shower head", 1), ("Tap washer", 2)), 0.5),
        Fault("水表后面的管子接头滴水，走廊都湿了", "更换 PPR 接头一段，保压试验合格",
              (("PPR pipe 25 mm", 1), ("Thread seal tape", 1)), 1),
    ),
    "Blocked Drain": (
        Fault("厨房下水很慢，做完饭水要半小时才下去", "拆存水弯清油垢，机器疏通支管五米，放水试验通畅", (), 1),
        Fault("卫生间地漏返水，一股臭味", "疏通地漏支管，取出头发团，更换存水弯", (("Drain trap", 1),), 1),
        Fault("马桶堵了，冲水往上涨", "皮搋不通，用管道疏通机取出湿巾，冲水三次正常", (), 0.5),
        Fault("阳台地漏下水不畅，一下雨就积水", "清出地漏内水泥渣与树叶，冲洗通畅", (), 0.5),
        Fault("洗手盆下水堵住了，自己通不开", "拆开下水器清理，更换老化的存水弯", (("Drain trap", 1),), 0.5),
    ),
    "Toilet or Basin": (
        Fault("马桶水箱一直进水，停不下来", "更换马桶进水阀，调好水位", (("Toilet inlet valve", 1),), 0.5),
        Fault("马桶按了不冲水，按钮没有弹性", "更换马桶排水阀", (("Toilet flush valve", 1),), 0.5),
        Fault("马桶底座一圈渗水，地砖缝发黑", "重新打胶，更换法兰密封", (("Silicone sealant", 1),), 1),
        Fault("洗手盆龙头松动，左右摇晃", "紧固龙头底座并更换", (("Basin tap", 1),), 0.5),
    ),
    "Low Water Pressure": (
        Fault("这两天早上热水器打不着火，水特别小", "入户过滤网堵塞，清洗后水压恢复到 0.30 MPa"),
        Fault("全屋水压很低，楼上邻居正常", "水表前闸阀未全开，开足后水压正常"),
        Fault("厨房水小，卫生间正常", "清洗厨房龙头起泡器与角阀滤网"),
    ),
    "Public Pipe or Drain": (
        Fault("大堂门口雨水篦子堵了，一下雨就积水", "清掏雨水井两座，篦子复位", place="大堂门口雨水井"),
        Fault("地下车库顶上的管子在滴水，滴到车上了", "更换喷淋管卡箍，接水盘撤除", place="地下一层 A 区 16 柱"),
        Fault("管道井里有水声，墙角是湿的", "更换给水立管检修口垫圈，观察一小时无渗水", (("Tap washer", 2),), 1, "6 楼管道井"),
        Fault("污水井冒水，味道很大", "联合疏通车疏通污水井，井盖复位", place="南侧绿化带污水井"),
    ),
    "Power Loss": (
        Fault("家里突然没电了，邻居家有电，空气开关推不上去", "查为厨房插座短路，更换漏电保护器，送电正常",
              (("Residual current breaker 32 A", 1),), 1),
        Fault("客厅一路没电，灯和电视都不亮", "更换客厅回路断路器一只", (("Circuit breaker 16 A", 1),), 0.5),
        Fault("一开电热水器就跳闸", "热水器加热管漏电，已告知业主更换；线路绝缘测试合格", (), 0.5),
        Fault("全屋没电，电表显示有余额", "表后接线端子松动发热，重新压接并测温", (), 0.5),
    ),
    "Socket or Switch": (
        Fault("卧室床头插座没电", "更换五孔插座，零线重新压接", (("Five-hole socket", 1),), 0.5),
        Fault("厨房插座插头一插就冒火花，不敢用了", "更换插座两只，检查回路无短路", (("Five-hole socket", 2),), 0.5),
        Fault("客厅开关按下去弹不回来", "更换单联开关", (("Single switch", 1),), 0.5),
    ),
    "Indoor Lamp": (
        Fault("客厅吸顶灯一闪一闪，最后不亮了", "更换 LED 吸顶灯", (("LED ceiling lamp 24 W", 1),), 0.5),
        Fault("卫生间灯泡坏了，老人自己换不了", "更换 LED 灯泡两只", (("LED bulb 9 W", 2),), 0.5),
        Fault("过道灯关了还微微亮", "更换单联开关，消除感应电", (("Single switch", 1),), 0.5),
    ),
    "Public Light": (
        Fault("楼梯间声控灯不亮，晚上摸黑下楼", "更换声控灯泡，试验正常", (("LED bulb 9 W", 1),), place="9 楼楼梯间"),
        Fault("车库通道有三盏灯不亮，倒车看不清", "更换灯管三支", (("LED bulb 9 W", 3),), place="地下一层 B 区通道"),
        Fault("单元门口的灯白天也亮着，浪费电", "更换光控开关并校准", (("Single switch", 1),), place="单元门口"),
        Fault("电梯厅的灯一闪一闪", "更换 LED 吸顶灯", (("LED ceiling lamp 24 W", 1),), place="12 楼电梯厅"),
        Fault("小区主路两盏路灯不亮", "更换路灯光源与触发器", (("LED bulb 9 W", 2),), place="中心花园北侧主路"),
    ),
    "Lift Fault": (
        Fault("电梯到 8 楼开门后关不上，一直响", "清理层门地坎异物，调整门刀间隙，试运行十次正常", place="1 号电梯"),
        Fault("电梯运行时有咔哒声，抖动明显", "更换导靴靴衬，润滑导轨，运行平稳", place="2 号电梯"),
        Fault("电梯按钮 15 楼按了不亮", "更换操纵盘按钮一只", place="1 号电梯"),
        Fault("电梯里应急照明不亮，对讲没声音", "更换应急电源电池，对讲与监控室通话正常", place="2 号电梯"),
    ),
    "Lift Entrapment": (
        Fault("电梯停在 11 楼与 12 楼之间，里面困了两个人，一位老人", "按困人救援程序平层放人，二人无恙；查为门锁触点接触不良，已更换并试运行",
              place="1 号电梯"),
    ),
    "Gas Smell": (
        Fault("厨房有很浓的煤气味，已经开窗，没有点火", "到场关闭表前阀并开窗，疏散同层住户，移交燃气公司"),
    ),
    "Door or Lock": (
        Fault("入户门锁钥匙拧不动，试了几把都一样", "更换门锁锁芯，三把钥匙试用正常", (("Door lock cylinder", 1),), 0.5),
        Fault("卫生间门关不上，下沉了刮地", "更换合页两副，门扇校正", (("Hinge", 2),), 1),
        Fault("入户门关门声音特别大，回弹不住", "更换闭门器并调速", (("Door closer", 1),), 0.5),
        Fault("房门把手松了，快掉下来了", "紧固把手，更换螺丝两套", (("Hinge", 1),), 0.5),
    ),
    "Window": (
        Fault("主卧窗户关不严，刮风呼呼响", "更换密封条六米，窗扇调平", (("Sealing strip", 6),), 1),
        Fault("厨房窗把手断了，窗户锁不上", "更换窗把手", (("Window handle", 1),), 0.5),
        Fault("阳台推拉窗推不动", "清理轨道，更换滑轮与密封条", (("Sealing strip", 2),), 1),
    ),
    "Intercom": (
        Fault("门禁对讲听不到声音，快递上不来", "更换室内分机听筒，呼叫与开锁正常", (("Intercom handset", 1),)),
        Fault("单元门呼叫家里不响", "重新做分机水晶头，呼叫正常"),
        Fault("刷卡开不了单元门，家里四张卡都不行", "后台重新授权四张卡，刷卡正常"),
        Fault("对讲屏幕黑屏，只有声音", "更换分机电源模块"),
    ),
    "Public Door or Gate": (
        Fault("单元门关不严，谁都能进", "更换闭门器，调整磁力锁", (("Door closer", 1),), 1, "单元门"),
        Fault("车库道闸抬杆很慢，早上排长队", "更换道闸弹簧，调整限位", place="地下车库出口道闸"),
        Fault("东门行人闸机刷卡没反应", "更换读卡器，联机测试正常", place="东门行人通道"),
        Fault("防火门闭门器坏了，一直开着", "更换防火门闭门器，门扇自闭正常", (("Door closer", 1),), 1, "5 楼防火门"),
    ),
    "Leak in Wall or Ceiling": (
        Fault("卫生间天花板渗水，吊顶已经发黄", "查为楼上地漏周边防水失效，重做防水两遍，闭水 48 小时无渗漏",
              (("Waterproof coating", 6),), 6),
        Fault("下雨天飘窗左上角往里渗水，墙皮起泡", "窗框外侧重新打胶，内墙铲除起泡并修补",
              (("Silicone sealant", 3), ("Putty", 4)), 4),
        Fault("外墙渗水，书房墙面一大片水印", "外墙裂缝注浆，涂刷防水两遍，淋水试验无渗漏",
              (("Waterproof coating", 8), ("Putty", 5)), 8),
        Fault("阳台顶板滴水，下面放了个桶", "楼上阳台地面重做防水，闭水试验合格", (("Waterproof coating", 5),), 6),
    ),
    "Crack in Wall or Ceiling": (
        Fault("客厅电视墙有一条斜裂缝，大概一米多长，担心是结构问题", "工程部查勘为抹灰层开裂，非结构裂缝；贴网格布修补",
              (("Putty", 6), ("Latex paint", 3)), 5),
        Fault("主卧天花板和墙交界处裂开一条缝", "铲缝、嵌缝膏填实、批腻子两遍", (("Putty", 4), ("Latex paint", 2)), 4),
        Fault("阳台栏板根部有细裂缝", "查勘为温度裂缝，封闭处理并留观察标记", (("Putty", 2),), 2),
    ),
    "Paint, Tiles and Floor": (
        Fault("卫生间墙砖空鼓，敲着咚咚响，怕掉下来", "更换空鼓墙砖六块", (("Floor tile adhesive", 5),), 4),
        Fault("客厅木地板翘起来一块，走路绊脚", "更换翘起地板三块，收口条复位", (("Silicone sealant", 1),), 3),
        Fault("玄关墙面掉漆，露出灰底", "铲除松动层，批腻子两遍，补漆", (("Putty", 3), ("Latex paint", 2)), 3),
    ),
    "Public Wall, Floor or Roof": (
        Fault("大堂地砖松了一块，走上去会翘", "重新铺贴地砖两块，围挡一天", (("Floor tile adhesive", 4),), 3, "一层大堂"),
        Fault("屋面排气口旁边渗水，顶层楼道有水印", "屋面防水修补三平方米，淋水试验合格", (("Waterproof coating", 6),), 5,
              "顶层楼道"),
        Fault("楼道墙皮大片脱落", "铲除松动墙皮，批腻子两遍，补漆", (("Putty", 8), ("Latex paint", 5)), 5, "7 楼楼道"),
    ),
    "Heating": (
        Fault("供暖开了三天，主卧暖气还是凉的", "主卧管路放气，清洗过滤器，回水温度 36 ℃"),
        Fault("暖气片接口滴水", "更换活接垫片，保压无渗漏", (("Tap washer", 2),), 0.5),
        Fault("地暖分水器有一路不热", "分水器阀芯卡滞，拆洗后各路温差小于 3 ℃"),
    ),
    "Air Conditioner": (
        Fault("客厅空调制热不行，吹出来是温的", "清洗滤网与外机冷凝器，出风温度正常", (), 1),
        Fault("空调室内机滴水，地板湿了", "疏通冷凝水管，重新做坡度", (("PVC pipe 50 mm", 1),), 1),
    ),
    "Cleaning": (
        Fault("电梯里有宠物尿，味道很大", "已清洗消毒轿厢，公告提醒遛狗牵绳", place="1 号电梯轿厢"),
        Fault("楼道堆了装修垃圾，走路都不方便", "清运完毕，已联系装修户自行堆放至指定点", place="14 楼楼道"),
        Fault("垃圾桶满了没人收，有苍蝇", "当日加收一次，桶身冲洗消杀", place="西侧垃圾分类点"),
        Fault("地下车库地面有一滩油，滑", "撒木屑吸附并清洗，摆放提示牌", place="地下一层 A 区入口坡道"),
    ),
    "Garden and Trees": (
        Fault("树枝长到二楼窗口了，挡光还有虫", "修剪乔木四株，枝叶清运", place="楼南侧绿化带"),
        Fault("大风把一棵树刮歪了，怕砸到人", "扶正并加支撑，围挡两日", place="儿童乐园旁"),
        Fault("绿化喷灌一直开着，水流到人行道", "更换喷灌电磁阀，恢复定时", place="中心花园"),
    ),
    "Playground and Facilities": (
        Fault("儿童滑梯有块塑料裂了，边上很锋利", "更换滑梯侧板，检查全部螺丝", place="儿童乐园"),
        Fault("健身器材的转盘螺丝松了，晃得厉害", "紧固并加防松垫，挂检查牌", place="健身广场"),
        Fault("长椅木条断了一根", "更换木条两根并刷漆", place="中心花园长椅"),
    ),
    "Something Else at Home": (
        Fault("厨房抽油烟机往回倒烟", "止回阀卡滞，清洗后开合正常"),
        Fault("家里信报箱钥匙丢了，打不开", "核对身份后开箱，更换信报箱锁芯"),
        Fault("晾衣架摇不动了", "更换钢丝绳，转轮润滑"),
    ),
    "Something Else Outside": (
        Fault("隔壁空地半夜施工，吵得睡不着", "已与施工方交涉，22 点后停工；值班每晚巡查", place="北门外空地"),
        Fault("充电桩扫码没反应", "联系充电桩厂家重启后台，充电正常", place="非机动车棚"),
        Fault("访客停车占了我家车位", "联系车主挪车，车位加装地锁", place="地下一层 B 区"),
    ),
}  # fmt: skip

RATED_WELL = ("师傅来得快，活儿干净", "修得很好，还帮忙把地擦了", "态度好，讲解得很清楚", "预约准时，谢谢", "", "", "")
RATED_FAIRLY = ("修好了，就是等得久了点", "还行", "")
RATED_BADLY = {"one_star": "修完第二天又漏了", "two_stars": "说好下午两点，四点多才到"}
VISITED_WELL = ("业主表示已修好，对师傅服务满意", "已解决，业主感谢", "恢复正常，业主无其他意见", "")
VISITED_FAIRLY = ("已修好，希望下次提前电话联系", "已修好，业主觉得等待时间略长")
NO_ANSWER = ("无人接听", "占线", "关机")
