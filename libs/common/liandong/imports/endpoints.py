from liandong.http.routing import router_for
router = router_for("/v1/imports", "批量导入")
