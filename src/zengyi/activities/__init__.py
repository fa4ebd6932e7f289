"""活动与巡查: occasions and who comes to them, the records of service made from that, and what is found on a patrol."""
