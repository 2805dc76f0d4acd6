extends Node
# One member of a mesh. The page calls window.godotCall(op, json) and gets an answer through window.godotAnswer(json), before
# the call returns; what happens goes out by window.godotEvent(json).

var _window: JavaScriptObject
var _callback: JavaScriptObject # kept: Godot lets go of it otherwise
var _peer: WebRTCMultiplayerPeer


func _ready() -> void:
	_window = JavaScriptBridge.get_interface("window")
	_callback = JavaScriptBridge.create_callback(_on_call)
	_window.godotCall = _callback
	_tell({"event": "ready", "version": Engine.get_version_info().string})


func _process(_delta: float) -> void:
	if _peer == null:
		return
	_peer.poll()
	while _peer.get_available_packet_count() > 0:
		# The documented order: what is known of the next packet is read before it.
		var from := _peer.get_packet_peer()
		var mode := _peer.get_packet_mode()
		var channel := _peer.get_packet_channel()
		var hex := _peer.get_packet().hex_encode()
		_tell({"event": "packet", "from": from, "mode": mode, "channel": channel, "hex": hex})


func _tell(event: Dictionary) -> void:
	_window.godotEvent(JSON.stringify(event))


func _on_call(args: Array) -> void:
	var answer = call("op_" + String(args[0]), JSON.parse_string(String(args[1])))
	_window.godotAnswer(JSON.stringify({"answer": answer}))


func _on_session(type: String, sdp: String, connection: WeakRef, id: int) -> void:
	connection.get_ref().set_local_description(type, sdp)
	_tell({"event": "session", "id": id, "type": type, "sdp": sdp})


func _on_candidate(media: String, index: int, candidate: String, id: int) -> void:
	_tell({"event": "candidate", "id": id, "media": media, "index": index, "name": candidate})


func op_create_mesh(args: Dictionary) -> Error:
	var channels: Array = args.channels.map(func(mode): return int(mode))
	_peer = WebRTCMultiplayerPeer.new()
	_peer.peer_connected.connect(func(id): _tell({"event": "connected", "id": id}))
	_peer.peer_disconnected.connect(func(id): _tell({"event": "disconnected", "id": id}))
	return _peer.create_mesh(int(args.id), channels)


func op_add_peer(args: Dictionary) -> Error:
	var connection := WebRTCPeerConnection.new()
	var error := connection.initialize({})
	if error != OK:
		return error
	var id := int(args.id)
	# A weak reference: one that is bound to the connection's own signal would keep it alive, and open, for ever.
	connection.session_description_created.connect(_on_session.bind(weakref(connection), id))
	connection.ice_candidate_created.connect(_on_candidate.bind(id))
	return _peer.add_peer(connection, id)


func op_create_offer(args: Dictionary) -> Error:
	return _peer.get_peer(int(args.id)).connection.create_offer()


func op_set_remote_description(args: Dictionary) -> Error:
	return _peer.get_peer(int(args.id)).connection.set_remote_description(args.type, args.sdp)


func op_add_ice_candidate(args: Dictionary) -> Error:
	return _peer.get_peer(int(args.id)).connection.add_ice_candidate(args.media, int(args.index), args.name)


func op_has_peer(args: Dictionary) -> bool:
	return _peer.has_peer(int(args.id))


func op_remove_peer(args: Dictionary) -> void:
	_peer.remove_peer(int(args.id))


func op_put_packet(args: Dictionary) -> Error:
	_peer.set_target_peer(int(args.target))
	_peer.transfer_mode = int(args.mode) as MultiplayerPeer.TransferMode
	_peer.transfer_channel = int(args.channel)
	return _peer.put_packet(String(args.hex).hex_decode())


func op_close(_args: Dictionary) -> void:
	_peer.close()
	_peer = null
