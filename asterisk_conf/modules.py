"""Which of Asterisk's modules are loaded: what a call centre needs and nothing that could be misused.

Not bridge_builtin_features, whose recording by keys runs a program that a channel's variable names, and not
app_record, which writes any file: an AMI account that may place calls would reach both.
"""

import re
from collections.abc import Iterable

_PJSIP = """
res_pjproject res_sorcery_config res_sorcery_memory res_sorcery_astdb res_pjsip res_pjsip_session
res_pjsip_sdp_rtp res_pjsip_authenticator_digest res_pjsip_outbound_authenticator_digest
res_pjsip_endpoint_identifier_ip res_pjsip_endpoint_identifier_user res_pjsip_registrar
res_pjsip_outbound_registration res_pjsip_rfc3326 res_pjsip_caller_id res_pjsip_nat
res_pjsip_transport_websocket res_http_websocket res_pjsip_dtmf_info res_pjsip_dlg_options
res_pjsip_pubsub res_pjsip_empty_info res_pjsip_header_funcs res_pjsip_logger res_pjsip_acl chan_pjsip
func_pjsip_aor
func_pjsip_contact func_pjsip_endpoint
"""
_MEDIA = """
res_rtp_asterisk res_srtp res_crypto res_format_attr_opus codec_opus_open_source codec_opus codec_ulaw
codec_alaw codec_a_mu codec_gsm codec_g722 codec_resample format_pcm format_gsm format_wav format_sln
res_timing_timerfd res_musiconhold bridge_simple bridge_native_rtp bridge_softmix
bridge_holding
"""
_DIALPLAN = """
pbx_config app_exec app_queue app_dial app_mixmonitor app_playback app_playtones app_echo app_userevent
app_celgenuserevent app_senddtmf app_waitforsilence app_stack app_verbose app_read res_speech
res_agi func_callerid func_channel func_logic func_strings func_global func_groupcount func_hangupcause
func_devstate func_math func_cut func_dialplan func_timeout func_cdr func_sha1 func_lock
"""
_RECORDS = "res_cdrel_custom cdr_csv cel_custom res_manager_devicestate res_hep res_hep_pjsip"

# Without these no call can be taken; the rest degrade one feature and are reported as a warning.
ESSENTIAL = frozenset(
    {
        "chan_pjsip",
        "res_pjsip",
        "res_pjsip_session",
        "res_pjsip_sdp_rtp",
        "res_pjsip_transport_websocket",
        "res_rtp_asterisk",
        "res_srtp",
        "res_agi",
        "app_queue",
        "app_mixmonitor",
        "pbx_config",
        "cel_custom",
        "codec_ulaw",
        "bridge_simple",
    }
)
# Names that exist in some versions or builds only: their absence means nothing.
OPTIONAL = frozenset({"res_cdrel_custom", "codec_opus_open_source", "codec_opus", "res_speech"})

WANTED: tuple[str, ...] = tuple(f"{_PJSIP} {_MEDIA} {_DIALPLAN} {_RECORDS}".split())


def not_running(shown: str, wanted: Iterable[str]) -> tuple[str, ...]:
    """The wanted modules that do not run, going by what `module show` printed."""
    running = set(re.findall(r"^(\S+)\.so\s.*(?<!Not )\bRunning\b", shown, re.MULTILINE))
    return tuple(name for name in wanted if name not in running)
