export type CephPorts = { mon: number; rgw: number }

/** The configuration of the smallest cluster that a gateway runs on: one of everything, all on 127.0.0.1. */
export function cephConf(fsid: string, ports: CephPorts): string {
  return `[global]
fsid = ${fsid}
mon_host = ${monAddress(ports)}
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
public_network = 127.0.0.0/8
ms_bind_ipv6 = false
ms_bind_msgr1 = false
run_dir = /mnt/run
pid_file = /mnt/run/$name.pid
admin_socket = /mnt/run/$name.asok
log_file = /mnt/log/$name.log
crash_dir = /mnt/log

# No keys, and then every connection has to be told so, or the gateway asks for ever.
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
ms_mon_client_mode = crc
ms_mon_cluster_mode = crc
ms_mon_service_mode = crc
ms_client_mode = crc
ms_cluster_mode = crc
ms_service_mode = crc

# One copy of everything, few placement groups, on a disk that may be fairly full.
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 1
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
mon_data_avail_warn = 1
mon_data_avail_crit = 1

# Decide and look again at once: nobody else takes part. This makes a start take 4 s rather than 14.
paxos_propose_interval = 0.05
paxos_min_wait = 0.01
objecter_timeout = 1
objecter_tick_interval = 0.5

[mon.a]
mon_data = /mnt/mon
public_addr = ${monAddress(ports)}

[mgr]
mgr_data = /mnt/mgr

[osd]
osd_data = /mnt/osd
osd_objectstore = bluestore
bluestore_block_create = true
bluestore_block_size = 21474836480
osd_memory_target = 1073741824
osd_mclock_skip_benchmark = true
osd_mclock_max_capacity_iops_ssd = 20000

[client.rgw]
rgw_data = /mnt/rgw
rgw_frontends = beast endpoint=127.0.0.1:${ports.rgw}
rgw_enable_apis = s3, admin
rgw_crypt_require_ssl = false
rgw_rados_pool_pg_num_min = 1
rgw_override_bucket_index_max_shards = 1
rgw_dynamic_resharding = false
rgw_enable_ops_log = false
rgw_enable_usage_log = false
# What is deleted is gone in seconds rather than in two hours.
rgw_gc_obj_min_wait = 2
rgw_gc_processor_period = 5
rgw_gc_processor_max_time = 60
`
}

export function monAddress(ports: CephPorts): string {
  return `v2:127.0.0.1:${ports.mon}`
}
