"""The organisations of the demo: those of the stories and the few a community cannot do without."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """An organisation: at which communities it is registered, and whether members who work there live in them."""

    name: str
    short: str
    kind: str
    at: tuple[str, ...]
    skills: tuple[str, ...] = ()
    sends: bool = False


def _unit(line: str) -> Unit:
    name, short, kind, at, skills, *sends = line.split()
    return Unit(name, short, kind, tuple(at.split(",")), tuple(skills.split(",")) if skills != "-" else (), bool(sends))


_HOUSE = "LIGHT,WATER,LIFT,CLEAN,CAMERA"
#: The first of a community is the one whose contact signs in as ``unit``, in 虹西社区.
UNITS = tuple(
    _unit(line)
    for line in f"""
区机关事务服务中心 区机关事务服务中心 OFFICE hx ROAD,HELP sends
虹桥新村物业服务公司 虹桥物业 PROPERTY hx {_HOUSE}
虹桥新村业主委员会 虹桥业委会 OWNERS hx OTHER
虹桥新村三标段施工单位 三标段施工方 CONTRACTOR hx CLEAN
街道市政养护组 市政养护组 PUBLIC hx ROAD,LIGHT
区通信公司 通信公司 PUBLIC hx,qx CAMERA sends
区中心医院 区中心医院 PUBLIC hx HELP sends
江海外卖配送站 江海配送站 TWO_NEW hx HELP
幸福怡居物业服务公司 幸福怡居物业 PROPERTY qx {_HOUSE}
安防监控维修公司 监控维修公司 TWO_NEW qx CAMERA
城东街道总工会 城东总工会 OFFICE xq HELP sends
新桥北村物业服务公司 新桥物业 PROPERTY xq {_HOUSE}
陈桥消防救援站 陈桥消防站 PUBLIC th OTHER sends
天和家园物业服务公司 天和物业 PROPERTY th {_HOUSE}
街道河道管护组 河道管护组 PUBLIC xy CLEAN,WATER
新园小区物业服务公司 新园物业 PROPERTY xy {_HOUSE}
崇川经济开发区安全办公室 经开区安全办 OFFICE sl,gc OTHER sends
崇川经济开发区消防救援站 经开区消防站 PUBLIC sl,gc OTHER
世伦新村物业服务公司 世伦物业 PROPERTY sl {_HOUSE}
观畅花园物业服务公司 观畅物业 PROPERTY gc {_HOUSE}
星湖物业服务公司 星湖物业 PROPERTY zj {_HOUSE}
紫荆花园业主委员会 紫荆业委会 OWNERS zj OTHER
电梯维保公司 电梯维保公司 TWO_NEW zj LIFT
竹韵花苑物业服务公司 竹韵物业 PROPERTY zy {_HOUSE}
竹行街道社会工作站 竹行社工站 TWO_NEW zy HELP,OTHER sends
""".split("\n")
    if line
)
